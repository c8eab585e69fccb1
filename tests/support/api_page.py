"""The fields that a PUT may hold, as the API's page and its newer spec have them: what tests judge the product by.

Written out here a second time on purpose: nothing is taken from the product's own contract.
"""

# The page's body, by kind. `null` where the page says so.
STRINGS = [
    "name",
    "company_name",
    "website",
    "first_name",
    "last_name",
    "email",
    "phone_number",
    "mobile_number",
    "address_street_1",
    "address_street_2",
    "city",
    "state",
    "zip_code",
    "country",
    "notes",
    "business_id_ssn",
    "vat_number",
    "stripe_customer_id",
    "bill_vendor_id",
    "external_id",
    "invoice_message",
    "abbreviation",
    "anrok_customer_id",
]
BOOLEANS = {"is_1099": False, "use_stripe_auto_bill": True}  # whether null is allowed
INTEGERS = {
    "customer": False,
    "stripe_connection": True,
    "parent": True,
    "default_expense_category": True,
    "vendor_custom_field_1": True,
}
CHOICES = {
    "vendor_type": {"vendor": "Vendor", "customer": "Customer", "employee": "Employee"},
    "source": {"BILL": "Bill", "MANUAL": "Manual"},
    "status": {"ACTIVE": "Active", "INACTIVE": "Inactive"},
    "terms": {
        "custom": "Custom",
        **{f"net_{days}": f"Net {days}" for days in (5, 7, 10, 15, 20, 30, 40, 45, 60, 90, 105, 120)},
        "due_on_receipt": "Due on Receipt",
    },
}
REQUIRED = ["name", "customer", "stripe_connection"]
CONTACT = ["name", "first_name", "last_name", "email", "phone_number", "mobile_number"]

# Texts of the newer spec.
NEWER_STRINGS = [
    "dba",
    "billing_addressee",
    "billing_address_street_1",
    "billing_address_street_2",
    "billing_city",
    "billing_state",
    "billing_zip_code",
    "billing_country",
    "shipping_addressee",
    "business_type",
    "business_category",
    "entity_use_code",
    "withholding_tax_id",
    "invoice_language",
]
# The others.
NEWER_OTHERS = ["invoice_labels", "payment_term", "lineage_array"]
