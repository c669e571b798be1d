"""What only a Vendure shop can be wrong in."""

from __future__ import annotations

from bridge.domain.errors import Refused
from bridge.domain.problems import ProblemKind


class StoreFieldMissing(Refused):
    """The custom field for the ERP number is not there, or the API may not write it."""

    kind = ProblemKind(
        code="store-field-missing",
        title="Store {store}: orders have no custom field {field_name} that can be written",
        message="Store {store}: its orders have no custom field {field_name} that can be written, "
        "so no ERP number can stand there.",
        action="Add it to customFields.Order in the shop's configuration "
        "({{ name: '{field_name}', type: 'string', nullable: true, public: false }}) and run the shop's migration, "
        "or name another field as erp_number_field. Then: bridge check.",
        cause="store-field-missing:{store}/{field_name}",
        meaning="A Vendure shop keeps ERP numbers in a custom field of the order, which its developer has to add.",
    )


class StoreLoginRefused(Refused):
    """User and password are not an administrator's."""

    kind = ProblemKind(
        code="store-login-refused",
        title="Store {store} does not let us log in",
        message="Store {store} does not let us log in with user and password ({code}).",
        action="Check user and password of the store in bridge.toml against the shop's administrators; "
        "some shops let administrators in only by another way: then use an API key. Then: bridge check.",
        cause="store-login-refused:{store}",
        meaning="A Vendure shop refused the administrator's login, or gave no session for it.",
    )
