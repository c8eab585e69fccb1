-- A journal as version 0.1.0 wrote it (user_version 1): a preview and a run that stopped after its first update.
BEGIN TRANSACTION;
CREATE TABLE attempts (
    run         TEXT NOT NULL,
    n           INTEGER NOT NULL,
    at          TEXT NOT NULL,
    method      TEXT NOT NULL,
    http_status INTEGER,          -- none where no answer came
    outcome     TEXT NOT NULL,    -- sync.client.Outcome
    answer      TEXT NOT NULL     -- the body as it came, or what went wrong
) STRICT;
INSERT INTO "attempts" VALUES('20261126-215122-432a',0,'2026-11-26T21:51:22.488Z','PUT',200,'taken','{"name":"Example Widgets Ltd","company_name":"Example Widgets Ltd","vendor_type":"customer","status":"ACTIVE","terms":"net_45","first_name":null,"last_name":null,"email":"accounts@example-widgets.example.com","phone_number":"+44 20 555 0101","mobile_number":null,"website":"https://example-widgets.example.com","address_street_1":"1 Sample Street","address_street_2":null,"city":"London","state":null,"zip_code":"EC1A 1BB","country":"United Kingdom","notes":null,"business_id_ssn":null,"vat_number":"GB 000 0000 01","is_1099":false,"stripe_customer_id":null,"use_stripe_auto_bill":false,"bill_vendor_id":null,"external_id":"EX-00001","source":"MANUAL","invoice_message":null,"abbreviation":null,"anrok_customer_id":null,"customer":42,"parent":null,"stripe_connection":null,"default_expense_category":null,"vendor_custom_field_1":null,"contacts":[{"name":"Accounts Payable","first_name":null,"last_name":null,"email":"payable@example-widgets.example.com","phone_number":null,"mobile_number":null,"id":2011,"last_modified_at":"2026-11-26T21:51:22.481315Z","is_deleted":false,"deleted_at":null},{"name":"Billing Desk","first_name":null,"last_name":null,"email":"billing@example-widgets.example.com","phone_number":null,"mobile_number":null,"id":2012,"last_modified_at":"2026-11-26T21:51:22.481718Z","is_deleted":false,"deleted_at":null}],"dba":null,"billing_addressee":null,"billing_address_street_1":null,"billing_address_street_2":null,"billing_city":null,"billing_state":null,"billing_zip_code":null,"billing_country":null,"shipping_addressee":null,"business_type":null,"business_category":null,"entity_use_code":null,"withholding_tax_id":null,"invoice_language":null,"invoice_labels":null,"payment_term":null,"lineage_array":null,"id":1001,"parent_name":null,"stripe_connection_name":null,"stripe_connection_entity":null,"stripe_connection_portal_url":null,"stripe_connection_portal_enabled":null,"stripe_connection_invoicing_enabled":null,"vendor_custom_field_1_name":null,"payment_term_name_display":null,"last_modified_at":"2026-11-26T21:51:22.470318Z","created_at":"2025-02-02T00:00:00Z","is_deleted":false,"deleted_at":null,"total_revenue":60518.4,"total_deferred_revenue":234.6,"total_mrr":5043.2,"total_billed":57629.97,"total_unbilled":3123.03,"total_paid":57629.97,"total_outstanding":0.0,"total_credit_memos":0.0,"credit_memo_applied":0.0,"credit_memo_available":0.0,"currency":"GBP","active_contracts":0,"completed_contracts":3,"pending_contracts":0,"total_contracts":3,"search_vector":null,"search_text":null}');
CREATE TABLE intents (
    run    TEXT NOT NULL,
    n      INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    at     TEXT NOT NULL,
    before TEXT NOT NULL,  -- JSON; null with --no-read
    body   TEXT NOT NULL,
    PRIMARY KEY (run, n, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "intents" VALUES('20261126-215122-432a',0,0,'2026-11-26T21:51:22.344Z','{"name":"Example Widgets Ltd","company_name":"Example Widgets Ltd","vendor_type":"customer","status":"ACTIVE","terms":"net_30","first_name":null,"last_name":null,"email":"accounts@example-widgets.example.com","phone_number":"+44 20 555 0101","mobile_number":null,"website":"https://example-widgets.example.com","address_street_1":"1 Sample Street","address_street_2":null,"city":"London","state":null,"zip_code":"EC1A 1BB","country":"United Kingdom","notes":null,"business_id_ssn":null,"vat_number":"GB 000 0000 01","is_1099":false,"stripe_customer_id":null,"use_stripe_auto_bill":false,"bill_vendor_id":null,"external_id":"EX-00001","source":"MANUAL","invoice_message":null,"abbreviation":null,"anrok_customer_id":null,"customer":42,"parent":null,"stripe_connection":null,"default_expense_category":null,"vendor_custom_field_1":null,"contacts":[{"name":"Accounts Payable","first_name":null,"last_name":null,"email":"payable@example-widgets.example.com","phone_number":null,"mobile_number":null,"id":2011,"last_modified_at":"2026-02-06T01:30:00Z","is_deleted":false,"deleted_at":null},{"name":"Billing Desk","first_name":null,"last_name":null,"email":"billing@example-widgets.example.com","phone_number":null,"mobile_number":null,"id":2012,"last_modified_at":"2026-02-06T01:30:00Z","is_deleted":false,"deleted_at":null}],"dba":null,"billing_addressee":null,"billing_address_street_1":null,"billing_address_street_2":null,"billing_city":null,"billing_state":null,"billing_zip_code":null,"billing_country":null,"shipping_addressee":null,"business_type":null,"business_category":null,"entity_use_code":null,"withholding_tax_id":null,"invoice_language":null,"invoice_labels":null,"payment_term":null,"lineage_array":null,"id":1001,"parent_name":null,"stripe_connection_name":null,"stripe_connection_entity":null,"stripe_connection_portal_url":null,"stripe_connection_portal_enabled":null,"stripe_connection_invoicing_enabled":null,"vendor_custom_field_1_name":null,"payment_term_name_display":null,"last_modified_at":"2026-02-06T01:30:00Z","created_at":"2025-02-02T00:00:00Z","is_deleted":false,"deleted_at":null,"total_revenue":60518.4,"total_deferred_revenue":234.6,"total_mrr":5043.2,"total_billed":57629.97,"total_unbilled":3123.03,"total_paid":57629.97,"total_outstanding":0.0,"total_credit_memos":0.0,"credit_memo_applied":0.0,"credit_memo_available":0.0,"currency":"GBP","active_contracts":0,"completed_contracts":3,"pending_contracts":0,"total_contracts":3,"search_vector":null,"search_text":null}','{"name": "Example Widgets Ltd", "company_name": "Example Widgets Ltd", "vendor_type": "customer", "status": "ACTIVE", "terms": "net_45", "first_name": null, "last_name": null, "email": "accounts@example-widgets.example.com", "phone_number": "+44 20 555 0101", "mobile_number": null, "website": "https://example-widgets.example.com", "address_street_1": "1 Sample Street", "address_street_2": null, "city": "London", "state": null, "zip_code": "EC1A 1BB", "country": "United Kingdom", "notes": null, "business_id_ssn": null, "vat_number": "GB 000 0000 01", "is_1099": false, "stripe_customer_id": null, "use_stripe_auto_bill": false, "bill_vendor_id": null, "external_id": "EX-00001", "source": "MANUAL", "invoice_message": null, "abbreviation": null, "anrok_customer_id": null, "customer": 42, "parent": null, "stripe_connection": null, "default_expense_category": null, "vendor_custom_field_1": null, "contacts": [{"name": "Accounts Payable", "first_name": null, "last_name": null, "email": "payable@example-widgets.example.com", "phone_number": null, "mobile_number": null, "id": 2011, "last_modified_at": "2026-02-06T01:30:00Z", "is_deleted": false, "deleted_at": null}, {"name": "Billing Desk", "first_name": null, "last_name": null, "email": "billing@example-widgets.example.com", "phone_number": null, "mobile_number": null, "id": 2012, "last_modified_at": "2026-02-06T01:30:00Z", "is_deleted": false, "deleted_at": null}], "dba": null, "billing_addressee": null, "billing_address_street_1": null, "billing_address_street_2": null, "billing_city": null, "billing_state": null, "billing_zip_code": null, "billing_country": null, "shipping_addressee": null, "business_type": null, "business_category": null, "entity_use_code": null, "withholding_tax_id": null, "invoice_language": null, "invoice_labels": null, "payment_term": null}');
CREATE TABLE problems (
    run     TEXT NOT NULL,
    n       INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    col     TEXT NOT NULL,
    value   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    problem TEXT NOT NULL,
    remedy  TEXT NOT NULL
) STRICT;
INSERT INTO "problems" VALUES('20261126-215113-b00a',3,5,'Payment Terms','Net 31','not_a_choice','“Net 31” is none of the field''s choices.','Use one of: Custom, Net 5, Net 7, Net 10, Net 15, Net 20, Net 30, Net 40, Net 45, Net 60, Net 90, Net 105, Net 120, Due on Receipt.');
INSERT INTO "problems" VALUES('20261126-215122-432a',3,5,'Payment Terms','Net 31','not_a_choice','“Net 31” is none of the field''s choices.','Use one of: Custom, Net 5, Net 7, Net 10, Net 15, Net 20, Net 30, Net 40, Net 45, Net 60, Net 90, Net 105, Net 120, Due on Receipt.');
CREATE TABLE rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    n           INTEGER NOT NULL,
    row         INTEGER NOT NULL,           -- the sheet's own number
    customer_id INTEGER,
    cells       TEXT NOT NULL,              -- the input's texts, as they were
    special     TEXT NOT NULL DEFAULT '{}', -- column: sync.model.Cell
    edits       TEXT NOT NULL DEFAULT '{}', -- target: value
    wanted      TEXT NOT NULL DEFAULT '[]', -- the changes that an apply or an undo is held to, as in `changes`
    state       TEXT NOT NULL,
    message     TEXT NOT NULL DEFAULT '',
    changes     TEXT NOT NULL DEFAULT '[]', -- [field, before, after] or [field, before, after, contact's id],
                                            -- [field, after] where the record has no such field
    before      TEXT,                       -- sync.model.Seen of the record as read
    after       TEXT,                       -- sync.model.Seen of the API's answer
    http_status INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    sent_at     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
INSERT INTO "rows" VALUES('20261126-215113-b00a',0,2,1001,'["1001", "Net 45", "Springfield", ""]','{}','{"terms": "net_45"}','[]','planned','','[["terms", "net_30", "net_45", null]]','["Example Widgets Ltd", {"total_revenue": "60518.4", "total_deferred_revenue": "234.6", "total_mrr": "5043.2", "total_billed": "57629.97", "total_unbilled": "3123.03", "total_paid": "57629.97", "total_outstanding": "0.0"}, "GBP", {"active_contracts": 0, "completed_contracts": 3, "pending_contracts": 0, "total_contracts": 3}, "2026-02-06T01:30:00Z"]',NULL,NULL,0,'');
INSERT INTO "rows" VALUES('20261126-215113-b00a',1,3,1002,'["1002", "Net 30", "Shelbyville", "reviewed"]','{}','{"terms": "net_30", "notes": "reviewed"}','[]','planned','','[["terms", "net_45", "net_30", null], ["notes", "Invoices by e-mail only.", "reviewed", null]]','["Sample Software Inc", {"total_revenue": "238829.15", "total_deferred_revenue": "75100.06", "total_mrr": "19902.42", "total_billed": "292434.9", "total_unbilled": "21494.31", "total_paid": "292434.9", "total_outstanding": "0.0"}, "USD", {"active_contracts": 2, "completed_contracts": 2, "pending_contracts": 0, "total_contracts": 4}, "2026-03-11T02:30:00Z"]',NULL,NULL,0,'');
INSERT INTO "rows" VALUES('20261126-215113-b00a',2,4,99999,'["99999", "Net 30", "", ""]','{}','{"terms": "net_30"}','[]','rejected','The API said 404: No Customer matches the given query.','[]',NULL,NULL,404,0,'');
INSERT INTO "rows" VALUES('20261126-215113-b00a',3,5,1003,'["1003", "Net 31", "", ""]','{}','{}','[]','invalid','Payment Terms: “Net 31” is none of the field''s choices. Use one of: Custom, Net 5, Net 7, Net 10, Net 15, Net 20, Net 30, Net 40, Net 45, Net 60, Net 90, Net 105, Net 120, Due on Receipt.','[]',NULL,NULL,NULL,0,'');
INSERT INTO "rows" VALUES('20261126-215122-432a',0,2,1001,'["1001", "Net 45", "Springfield", ""]','{}','{"terms": "net_45"}','[]','updated','','[["terms", "net_30", "net_45", null]]','["Example Widgets Ltd", {"total_revenue": "60518.4", "total_deferred_revenue": "234.6", "total_mrr": "5043.2", "total_billed": "57629.97", "total_unbilled": "3123.03", "total_paid": "57629.97", "total_outstanding": "0.0"}, "GBP", {"active_contracts": 0, "completed_contracts": 3, "pending_contracts": 0, "total_contracts": 3}, "2026-02-06T01:30:00Z"]','["Example Widgets Ltd", {"total_revenue": "60518.4", "total_deferred_revenue": "234.6", "total_mrr": "5043.2", "total_billed": "57629.97", "total_unbilled": "3123.03", "total_paid": "57629.97", "total_outstanding": "0.0"}, "GBP", {"active_contracts": 0, "completed_contracts": 3, "pending_contracts": 0, "total_contracts": 3}, "2026-11-26T21:51:22.470318Z"]',200,1,'2026-11-26T21:51:22.344Z');
INSERT INTO "rows" VALUES('20261126-215122-432a',1,3,1002,'["1002", "Net 30", "Shelbyville", "reviewed"]','{}','{"terms": "net_30", "notes": "reviewed"}','[]','planned','','[["terms", "net_45", "net_30", null], ["notes", "Invoices by e-mail only.", "reviewed", null]]','["Sample Software Inc", {"total_revenue": "238829.15", "total_deferred_revenue": "75100.06", "total_mrr": "19902.42", "total_billed": "292434.9", "total_unbilled": "21494.31", "total_paid": "292434.9", "total_outstanding": "0.0"}, "USD", {"active_contracts": 2, "completed_contracts": 2, "pending_contracts": 0, "total_contracts": 4}, "2026-03-11T02:30:00Z"]',NULL,NULL,0,'');
INSERT INTO "rows" VALUES('20261126-215122-432a',2,4,99999,'["99999", "Net 30", "", ""]','{}','{"terms": "net_30"}','[]','rejected','The API said 404: No Customer matches the given query.','[]',NULL,NULL,404,0,'');
INSERT INTO "rows" VALUES('20261126-215122-432a',3,5,1003,'["1003", "Net 31", "", ""]','{}','{}','[]','invalid','Payment Terms: “Net 31” is none of the field''s choices. Use one of: Custom, Net 5, Net 7, Net 10, Net 15, Net 20, Net 30, Net 40, Net 45, Net 60, Net 90, Net 105, Net 120, Due on Receipt.','[]',NULL,NULL,NULL,0,'');
CREATE TABLE runs (
    id         TEXT PRIMARY KEY,
    mode       TEXT NOT NULL,
    state      TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT NOT NULL DEFAULT '',
    facts      TEXT NOT NULL,
    results    TEXT NOT NULL DEFAULT '',  -- where the workbook was last written
    because    TEXT NOT NULL DEFAULT ''   -- why the run stopped early
) STRICT;
INSERT INTO "runs" VALUES('20261126-215113-b00a','preview','complete','sandbox','2026-11-26T21:51:13.175Z','2026-11-26T21:51:13.445Z','{"id": "20261126-215113-b00a", "mode": "preview", "started_at": "2026-11-26T21:51:13.175Z", "file": "/home/user/closing/edits.csv", "file_sha256": "50ecf79da947d52da70e1f63686fd7ac52994af8b3e6ad98a3ff4a45e7d753e5", "sheet": "", "mapping": "/home/user/mappings/customers.yaml", "mapping_sha256": "982a799888bfe4d3d18c3b1a05a8302d52e4e69c8c5dfca074614e2736d341dc", "base_url": "sandbox", "version": "0.1.0", "headers": ["Customer ID", "Payment Terms", "Billing City", "Notes"], "hidden_rows": 0, "warnings": ["the column \u201cBilling City\u201d is not mapped, so nothing of it is sent. Did you mean \u201cBilling Contact Name\u201d? Add it under columns: in the mapping file, or under ignore:."], "parent": "", "dry_run": true, "options": {"id_header": "Customer ID", "names": {"terms": "Payment Terms", "notes": "Notes", "id": "Customer ID"}, "constants": {}, "no_read": false, "strict": false, "max_changes": null}}','/home/user/closing/edits.results.20261126-215113-b00a.xlsx','');
INSERT INTO "runs" VALUES('20261126-215122-432a','run','stopped','sandbox','2026-11-26T21:51:22.037Z','2026-11-26T21:51:22.491Z','{"id": "20261126-215122-432a", "mode": "run", "started_at": "2026-11-26T21:51:22.037Z", "file": "/home/user/closing/edits.csv", "file_sha256": "50ecf79da947d52da70e1f63686fd7ac52994af8b3e6ad98a3ff4a45e7d753e5", "sheet": "", "mapping": "/home/user/mappings/customers.yaml", "mapping_sha256": "982a799888bfe4d3d18c3b1a05a8302d52e4e69c8c5dfca074614e2736d341dc", "base_url": "sandbox", "version": "0.1.0", "headers": ["Customer ID", "Payment Terms", "Billing City", "Notes"], "hidden_rows": 0, "warnings": ["the column \u201cBilling City\u201d is not mapped, so nothing of it is sent. Did you mean \u201cBilling Contact Name\u201d? Add it under columns: in the mapping file, or under ignore:."], "parent": "", "dry_run": false, "options": {"id_header": "Customer ID", "names": {"terms": "Payment Terms", "notes": "Notes", "id": "Customer ID"}, "constants": {}, "no_read": false, "strict": false, "max_changes": null}}','/home/user/closing/edits.results.20261126-215122-432a.xlsx','the first 1 of 2 changes went out, as --first asks');
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    run        TEXT NOT NULL REFERENCES runs (id),
    started_at TEXT NOT NULL,
    requests   TEXT NOT NULL DEFAULT '{}'  -- sync.model.Requests
) STRICT;
INSERT INTO "sessions" VALUES(1,'20261126-215113-b00a','2026-11-26T21:51:13.187Z','{"get": 2, "put": 0, "retries": 0, "throttled": 0, "paused": 0.0}');
INSERT INTO "sessions" VALUES(2,'20261126-215122-432a','2026-11-26T21:51:22.068Z','{"get": 3, "put": 1, "retries": 0, "throttled": 0, "paused": 0.0}');
CREATE INDEX rows_of_customer ON rows (run, customer_id);
CREATE INDEX problems_of ON problems (run, n);
CREATE INDEX attempts_of ON attempts (run, n);
COMMIT;
PRAGMA user_version = 1;
