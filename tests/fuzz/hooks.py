"""What schemathesis checks besides the description: nobody gets in where the access table says no."""

import os

import schemathesis

ROLE = os.environ["ANTEROOM_ROLE_UNDER_TEST"]
MAY = {
    "nobody": {"ANYONE"},
    "counsellor": {"ANYONE", "STAFF"},
    "manager": {"ANYONE", "STAFF", "MANAGERS"},
    "admin": {"ANYONE", "STAFF", "MANAGERS", "ADMINS"},
}[ROLE]
# Refused for who asks, for the form, or for asking too often: before anything was looked at.
REFUSED = {401, 403, 405, 415, 429}


@schemathesis.check
def only_what_the_table_grants(ctx, response, case):
    who = case.operation.definition.raw.get("x-access", {}).get("who")
    if who is not None and who not in MAY:
        assert response.status_code in REFUSED, f"{ROLE} got {response.status_code} where only {who} may"
