"""What the codes of X12 answers mean, in business words. Codes that are not here are shown as they are."""

from __future__ import annotations

# TA105, interchange note codes.
INTERCHANGE_NOTES = {
    "001": "the control numbers of ISA and IEA differ",
    "002": "the standard in ISA11 is not supported",
    "003": "the version in ISA12 is not supported",
    "004": "the segment terminator is not valid",
    "005": "the sender's id qualifier is not valid",
    "006": "the sender's id is not valid",
    "007": "the receiver's id qualifier is not valid",
    "008": "the receiver's id is not valid",
    "009": "the receiver's id is unknown",
    "010": "the authorization qualifier is not valid",
    "011": "the authorization information is not valid",
    "012": "the security qualifier is not valid",
    "013": "the security information is not valid",
    "014": "the interchange date is not valid",
    "015": "the interchange time is not valid",
    "016": "the standard in ISA11 is not valid",
    "017": "the version in ISA12 is not valid",
    "018": "the control number is not valid",
    "019": "ISA14 is not valid",
    "020": "the usage indicator P or T is not valid",
    "021": "the number of groups is not valid",
    "022": "the control structure is not valid",
    "023": "the file ends too early",
    "024": "the content is not valid",
    "025": "the control number came before",
    "026": "the element separator is not valid",
    "027": "the component separator is not valid",
}
# AK304, segment errors.
SEGMENT_ERRORS = {
    "1": "is not known",
    "2": "is not expected here",
    "3": "is mandatory and missing",
    "4": "begins its loop too often",
    "5": "occurs too often",
    "6": "is not in this transaction set",
    "7": "is not in the right sequence",
    "8": "has wrong elements",
}
# AK403, element errors.
ELEMENT_ERRORS = {
    "1": "is mandatory and missing",
    "2": "is missing, as another one is there",
    "3": "is one too many",
    "4": "is too short",
    "5": "is too long",
    "6": "has a character that is not allowed",
    "7": "has a code that is not allowed",
    "8": "has a date that is not valid",
    "9": "has a time that is not valid",
    "10": "excludes another element",
}
# AK502 to AK506, transaction set errors.
SET_ERRORS = {
    "1": "the transaction set is not supported",
    "2": "the trailer SE is missing",
    "3": "the control numbers of ST and SE differ",
    "4": "the number of segments in SE is wrong",
    "5": "segments have errors",
    "6": "the transaction set's identifier is missing or not valid",
    "7": "the control number is missing or not valid",
}
# AK905 to AK909, functional group errors.
GROUP_ERRORS = {
    "1": "the functional group is not supported",
    "2": "the version of the group is not supported",
    "3": "the trailer GE is missing",
    "4": "the control numbers of GS and GE differ",
    "5": "the number of transaction sets in GE is wrong",
    "6": "the group's control number is not valid",
}
# BAK02: what an acknowledgement says of the order. What is partly unverified is not here: the profile says it.
ORDER_VERDICTS = {
    "AC": "accepted",  # with detail and change
    "AD": "accepted",  # with detail, no change
    "AE": "accepted",  # only what differs is listed
    "AH": "in work",  # on hold
    "AK": "in work",  # acknowledged: received by the application, no verdict
    "AT": "accepted",
    "RD": "rejected",  # with detail
    "RF": "rejected",  # only what is wrong is listed
    "RJ": "rejected",  # without detail
    "RO": "rejected",  # with a counter-offer
}
CHANGED = frozenset({"AC", "AE"})
# ACK01: that the line is as it was sent, or which field of it differs.
AS_SENT = ("IA", "AC", "AR")  # accepted; accepted and shipped, or released for shipment
LINE_STATUS = {
    "IB": "back-ordered quantity",
    "IC": "line",
    "ID": "delivery date",
    "IP": "unit price",
    "IQ": "quantity",
    "IR": "rejected quantity",
    "IS": "article",
    "BP": "back-ordered quantity",  # partial shipment, the balance back-ordered
    "DR": "delivery date",  # rescheduled
    "IE": "unit price",  # accepted, price pending
    "IH": "line on hold",
}
