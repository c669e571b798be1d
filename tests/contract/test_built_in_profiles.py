"""The built-in profiles keep what every profile promises."""

from __future__ import annotations

import pytest

from bridge.profiles import Profile, load_profile
from bridge.profiles.installation import Installation
from bridge.testing.profiles import ProfileContract


class TestCsvOrders(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("csv-orders", None)


class TestUblOrder(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("ubl-order-2.1", None)


class TestPeppolOrder(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("peppol-order-3", None, Installation(sample=True))


class TestOdooCsv(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("odoo-csv", None, Installation(sample=True))


class TestSubiektEpp(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("subiekt-epp", None, Installation(sample=True))


class TestTrytonCsv(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("tryton-csv", None, Installation(sample=True))


class TestSageX3Soh(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("sage-x3-soh", None, Installation(sample=True))


class TestFixedWidth(ProfileContract):
    @pytest.fixture(
        params=[("text", "cp1250"), ("text", "utf-8"), ("as400", "cp870"), ("as400", "cp1141")], ids="-".join
    )
    def profile(self, request: pytest.FixtureRequest) -> Profile:
        form, code_page = request.param
        return load_profile("fixed-width", None, Installation(parameters={"form": form, "code_page": code_page}))


class TestOpentrans(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("opentrans-2.1", None, Installation(sample=True))


class TestBusinessCentralXml(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        parameters = {"customer": "WEB", "other_no": "8400"}
        return load_profile("business-central-xml", None, Installation(parameters=parameters, sample=True))


class TestComarchOptimaXml(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("comarch-optima-xml", None, Installation(sample=True))
