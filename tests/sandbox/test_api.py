"""The stand-in for the API answers as Django REST Framework does. A real server over loopback, asked with httpx."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from sync.contract.load import load
from sync.sandbox import KEYS, RunningSandbox, Setup, start

PATH = load().path


def client_for(sandbox: RunningSandbox, key: str) -> httpx.Client:
    return httpx.Client(
        base_url=sandbox.base_url, headers={"Authorization": f"Token {key}"}, trust_env=False, timeout=60
    )


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with client_for(sandbox, sandbox.key) as client:
        yield client


def get(api: httpx.Client, number: int) -> dict[str, Any]:
    answer = api.get(f"{PATH}/{number}")
    assert answer.status_code == 200
    record: dict[str, Any] = answer.json()
    return record


def body_of(record: dict[str, Any], **edits: Any) -> dict[str, Any]:
    return {field.name: record[field.name] for field in load().writable} | edits


def put(api: httpx.Client, number: int, **edits: Any) -> httpx.Response:
    return api.put(f"{PATH}/{number}", json=body_of(get(api, number), **edits))


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: after[name] for name in after if after[name] != before[name] and name != "last_modified_at"}


def alive(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [contact for contact in record["contacts"] if not contact["is_deleted"]]


# --- reading ---


def test_a_record_holds_every_field_of_the_contract_and_no_other(api: httpx.Client) -> None:
    assert list(get(api, 1001)) == list(load().fields)


def test_totals_are_json_numbers_to_the_cent(api: httpx.Client) -> None:
    answer = api.get(f"{PATH}/1002")
    assert '"total_revenue":238829.15,' in answer.text
    assert '"total_outstanding":0.0,' in answer.text


@pytest.mark.parametrize("number", ["9999", "0", "-1", "abc", "1001.0", "99999999999999999999999999"])
def test_an_unknown_id_is_404_with_a_detail(api: httpx.Client, number: str) -> None:
    answer = api.get(f"{PATH}/{number}")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_path_with_a_trailing_slash_is_404(api: httpx.Client) -> None:
    assert api.get(f"{PATH}/1001/").status_code == 404
    assert api.get(f"{PATH}/").status_code == 404


def test_pages_together_are_every_customer_once_in_the_order_of_ids(api: httpx.Client) -> None:
    page = api.get(PATH, params={"limit": 20}).json()
    ids = [record["id"] for record in page["results"]]
    assert page["previous"] is None
    while page["next"]:
        page = api.get(page["next"]).json()
        ids += [record["id"] for record in page["results"]]
    assert ids == sorted(set(ids))
    assert len(ids) == page["count"] == 48


def test_a_page_shows_a_record_as_the_record_alone_does(api: httpx.Client) -> None:
    assert api.get(PATH, params={"limit": 1, "offset": 4}).json()["results"] == [get(api, 1005)]


def test_a_limit_above_500_counts_as_500(api: httpx.Client) -> None:
    page = api.get(PATH, params={"limit": 100_000, "offset": 501}).json()
    assert page["previous"].endswith("limit=500&offset=1")


def test_the_list_can_be_asked_for_what_was_modified_since(api: httpx.Client) -> None:
    assert put(api, 1003).status_code == 200
    since = get(api, 1003)["last_modified_at"]
    page = api.get(PATH, params={"last_modified_at__gte": since}).json()
    assert [record["id"] for record in page["results"]] == [1003]
    assert api.get(PATH, params={"last_modified_at__gte": "soon"}).status_code == 400


# --- keys ---


def test_no_key_and_a_wrong_key_are_401(sandbox: RunningSandbox) -> None:
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as nobody:
        answer = nobody.get(PATH)
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Authentication credentials were not provided."}
    with client_for(sandbox, "wrong") as stranger:
        answer = stranger.put(f"{PATH}/1001", json={})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Token")
    assert answer.json() == {"detail": "Invalid token."}


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("clerk", 200), ("view only", 403)])
def test_a_key_may_do_what_its_role_may(sandbox: RunningSandbox, role: str, status: int) -> None:
    with client_for(sandbox, KEYS[role]) as client:
        before = get(client, 1004)
        answer = client.put(f"{PATH}/1004", json=body_of(before, notes=f"by {role}"))
        assert answer.status_code == status
        assert get(client, 1004)["notes"] == (f"by {role}" if status == 200 else before["notes"])
    if status == 403:
        assert answer.json() == {"detail": "You do not have permission to perform this action."}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_other_methods_are_405(api: httpx.Client, method: str) -> None:
    assert api.request(method, f"{PATH}/1001", json={}).status_code == 405
    assert api.request(method, PATH, json={}).status_code == 405


# --- writing ---


def test_a_record_put_back_as_it_was_read_stays_as_it_is(api: httpx.Client) -> None:
    for number in (1001, 1007, 1010, 1025, 1033):
        before = get(api, number)
        answer = put(api, number)
        assert answer.json() == get(api, number)
        assert answer.json()["last_modified_at"] > before["last_modified_at"]
        assert set(differences(before, answer.json())) <= {"contacts"}
        kept = [{**contact, "last_modified_at": None} for contact in before["contacts"]]
        assert [{**contact, "last_modified_at": None} for contact in answer.json()["contacts"]] == kept


def test_an_edit_changes_its_field_and_nothing_else(api: httpx.Client) -> None:
    before = get(api, 1011)
    others = api.get(PATH, params={"limit": 500}).json()["results"]
    assert put(api, 1011, terms="net_105", notes=None, invoice_labels={"po": "Order"}).status_code == 200
    assert differences(before, get(api, 1011)) == {"terms": "net_105", "invoice_labels": {"po": "Order"}}
    now = api.get(PATH, params={"limit": 500}).json()["results"]
    assert [r for r in now if r["id"] != 1011] == [r for r in others if r["id"] != 1011]


def test_a_put_without_vendor_type_turns_a_customer_into_a_vendor(api: httpx.Client) -> None:
    before = get(api, 1012)
    least = {"name": before["name"], "customer": 42, "stripe_connection": before["stripe_connection"]}
    answer = api.put(f"{PATH}/1012", json=least)
    assert answer.status_code == 200
    assert differences(before, answer.json()) == {"vendor_type": "vendor"}


@pytest.mark.parametrize("field", ["name", "customer", "stripe_connection"])
def test_a_put_without_a_required_field_is_refused(api: httpx.Client, field: str) -> None:
    body = body_of(get(api, 1013))
    del body[field]
    answer = api.put(f"{PATH}/1013", json=body)
    assert answer.status_code == 400
    assert answer.json() == {field: ["This field is required."]}


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("name", "x" * 251, "Ensure this field has no more than 250 characters."),
        ("name", "", "This field may not be blank."),
        ("terms", "Net 30", '"Net 30" is not a valid choice.'),
        ("status", None, "This field may not be null."),
        ("email", "not an address", "Enter a valid email address."),
        ("city", True, "Not a valid string."),
        ("is_1099", None, "This field may not be null."),
        ("is_1099", "perhaps", "Must be a valid boolean."),
        ("customer", None, "This field may not be null."),
        ("customer", "forty-two", "A valid integer is required."),
        ("contacts", None, "This field may not be null."),
    ],
)
def test_a_value_that_the_contract_does_not_allow_is_refused(
    api: httpx.Client, field: str, sent: Any, said: str
) -> None:
    before = get(api, 1014)
    answer = put(api, 1014, **{field: sent})
    assert (answer.status_code, answer.json()) == (400, {field: [said]})
    assert get(api, 1014) == before


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        ("name", "x" * 250, "x" * 250),
        ("city", "  Rotterdam\n", "Rotterdam"),
        ("zip_code", 2134, "2134"),
        ("notes", "", ""),
        ("notes", None, None),
        ("terms", None, None),
        ("stripe_connection", 8, 8),
        ("country", "NA", "NA"),
        ("company_name", "Łódź 例 😀", "Łódź 例 😀"),
    ],
)
def test_an_accepted_value_is_stored_as_django_rest_framework_stores_it(
    api: httpx.Client, field: str, sent: Any, stored: Any
) -> None:
    answer = put(api, 1015, **{field: sent})
    assert answer.status_code == 200
    assert answer.json()[field] == get(api, 1015)[field] == stored


def test_unknown_and_read_only_fields_are_ignored_in_silence(api: httpx.Client) -> None:
    before = get(api, 1016)
    answer = put(api, 1016, nickname="x", id=1, currency="GBP", total_revenue=1, is_deleted=True)
    assert answer.status_code == 200
    assert set(differences(before, answer.json())) <= {"contacts"}


def test_a_body_that_is_not_json_is_refused(api: httpx.Client) -> None:
    answer = api.put(f"{PATH}/1016", content=b'{"name": ', headers={"Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


# --- contacts ---


def test_the_list_of_contacts_is_replaced_as_a_whole(api: httpx.Client) -> None:
    first, second = get(api, 1017)["contacts"]
    answer = put(api, 1017, contacts=[{**second, "email": "desk@example.com"}, {"name": "Help Desk"}])
    kept, added = alive(answer.json())
    assert (kept["id"], kept["name"], kept["email"]) == (second["id"], second["name"], "desk@example.com")
    assert added["id"] not in (first["id"], second["id"])
    assert list(added) == list(load().fields["contacts"].items)
    assert (added["name"], added["email"], added["is_deleted"], added["deleted_at"]) == ("Help Desk", None, False, None)
    assert alive(get(api, 1017)) == [kept, added]


def test_a_put_without_contacts_keeps_them_and_an_empty_list_removes_them(api: httpx.Client) -> None:
    before = get(api, 1021)
    body = body_of(before)
    del body["contacts"]
    assert api.put(f"{PATH}/1021", json=body).json()["contacts"] == before["contacts"]
    assert alive(put(api, 1021, contacts=[]).json()) == []


def test_a_contact_of_another_customer_is_not_taken_over(api: httpx.Client) -> None:
    theirs = get(api, 1022)["contacts"]
    [mine] = alive(put(api, 1023, contacts=theirs).json())
    assert mine["id"] != theirs[0]["id"]
    assert get(api, 1022)["contacts"] == theirs


def test_one_id_given_twice_is_one_contact_and_a_new_one(api: httpx.Client) -> None:
    [contact] = get(api, 1024)["contacts"]
    ids = [each["id"] for each in put(api, 1024, contacts=[contact, contact]).json()["contacts"]]
    assert ids[0] == contact["id"]
    assert len(set(ids)) == 2


def test_an_error_of_a_contact_stands_at_its_position(api: httpx.Client) -> None:
    before = get(api, 1025)
    first, second = before["contacts"]
    answer = put(api, 1025, contacts=[first, {**second, "email": "x"}])
    assert answer.status_code == 400
    assert answer.json() == {"contacts": [{}, {"email": ["Enter a valid email address."]}]}
    assert get(api, 1025) == before


def test_a_contact_that_is_not_sent_is_marked_as_deleted_and_comes_back_if_it_is_sent(api: httpx.Client) -> None:
    first, second = get(api, 1025)["contacts"]
    without = put(api, 1025, contacts=[second]).json()["contacts"]
    [deleted] = [contact for contact in without if contact["is_deleted"]]
    assert (deleted["id"], deleted["email"]) == (first["id"], first["email"])
    assert deleted["deleted_at"]
    back = alive(put(api, 1025, contacts=without).json())
    assert {contact["id"] for contact in back} == {first["id"], second["id"]}


def test_a_contact_that_is_changed_comes_last_from_then_on(api: httpx.Client) -> None:
    first, second = get(api, 1029)["contacts"]
    put(api, 1029, contacts=[{**first, "phone_number": "+1 202 555 0199"}, second])
    assert [contact["id"] for contact in get(api, 1029)["contacts"]] == [second["id"], first["id"]]


def test_an_email_address_is_stored_in_lower_case(api: httpx.Client) -> None:
    contacts = get(api, 1028)["contacts"]
    answer = put(api, 1028, email="Billing@Example.COM", contacts=[{**contacts[0], "email": "Desk@Example.com"}]).json()
    assert (answer["email"], alive(answer)[0]["email"]) == ("billing@example.com", "desk@example.com")


# --- what others do meanwhile ---


def test_an_outside_editor_changes_what_it_names_and_nothing_else(sandbox: RunningSandbox, api: httpx.Client) -> None:
    before = get(api, 1005)
    contact = before["contacts"][0]
    after = sandbox.edit(1005, notes="by somebody else", contacts=[{"id": contact["id"], "email": "New@example.com"}])
    assert after == get(api, 1005)
    assert after["last_modified_at"] > before["last_modified_at"]
    assert set(differences(before, after)) == {"notes", "contacts"}
    assert alive(after)[-1]["name"] == contact["name"]
    added = sandbox.edit(1005, contacts=[{"id": contact["id"], "is_deleted": True}, {"name": "Night Desk"}])
    assert [each["name"] for each in alive(added)] == ["Billing Desk", "Night Desk"]


def test_a_deleted_customer_is_404_and_in_the_list_of_the_deleted_ones_alone(
    sandbox: RunningSandbox, api: httpx.Client
) -> None:
    body = body_of(get(api, 1047))
    sandbox.edit(1047, is_deleted=True)
    assert api.get(f"{PATH}/1047").status_code == 404
    assert api.put(f"{PATH}/1047", json=body).status_code == 404
    assert 1047 not in {record["id"] for record in api.get(PATH, params={"limit": 500}).json()["results"]}
    [deleted] = api.get(PATH, params={"include_deleted": "true"}).json()["results"]
    assert (deleted["id"], deleted["is_deleted"]) == (1047, True)
    assert deleted["deleted_at"]


def test_the_keys_of_the_api_and_of_the_outside_editor_open_nothing_of_each_other(
    sandbox: RunningSandbox, api: httpx.Client
) -> None:
    assert api.post("/sandbox/records/1001", json={"notes": "x"}).status_code == 403
    with client_for(sandbox, KEYS["outside editor"]) as outside:
        assert outside.get(f"{PATH}/1001").status_code == 403
        assert outside.put(f"{PATH}/1001", json={}).status_code == 403


# --- who is answered ---


@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("evil.example.com", 400), ("127.0.0.1.nip.io", 400)])
def test_only_requests_to_loopback_are_answered(sandbox: RunningSandbox, host: str, status: int) -> None:
    port = sandbox.base_url.rpartition(":")[2]
    headers = {"Host": f"{host}:{port}", "Authorization": f"Token {sandbox.key}"}
    answer = httpx.get(f"{sandbox.base_url}{PATH}/1001", headers=headers, trust_env=False)
    assert answer.status_code == status
    assert ("Example Widgets Ltd" in answer.text) == (status == 200)


# --- many at once ---


def test_puts_at_the_same_time_are_each_done_whole(api: httpx.Client) -> None:
    bodies = {number: get(api, number) for number in range(1030, 1046)}

    def edit(turn: int) -> int:
        number = 1030 + turn % len(bodies)
        contacts = [*bodies[number]["contacts"], {"name": f"Desk {turn}"}]
        return api.put(f"{PATH}/{number}", json=body_of(bodies[number], notes=f"{turn}", contacts=contacts)).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(edit, range(96))) == {200}
    for number, before in bodies.items():
        record = get(api, number)
        assert alive(record)[-1]["name"] == f"Desk {record['notes']}"
        assert len(alive(record)) == len(before["contacts"]) + 1


# --- throttling ---


def test_more_requests_than_the_throttle_allows_are_429_with_the_time_to_wait(tmp_path: Any) -> None:
    with start(Setup(tmp_path, fresh=True, throttle="3/h")) as slow, client_for(slow, slow.key) as client:
        answers = [client.get(f"{PATH}/1001") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    seconds = answers[-1].headers["Retry-After"]
    assert answers[-1].json() == {"detail": f"Request was throttled. Expected available in {seconds} seconds."}
    assert 3500 < int(seconds) <= 3600
