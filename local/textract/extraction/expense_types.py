"""Map labels on the page, and column headers, to Textract's types.

Types: "Invoice and Receipt Response Objects", docs.aws.amazon.com/textract/latest/dg/expensedocuments.html, 2026-11.
"""

import re

AMOUNT = re.compile(r"[-(]?\s*(?P<currency>[$€£¥₹]|[A-Z]{3})?\s*[-(]?\d[\d,. ]*[.,]\d{2}\)?\s*([€£]|[A-Z]{1,3})?")
DATE = re.compile(
    r"\b(\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|"
    r"\d{1,2}\.? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4})\b",
    re.IGNORECASE,
)
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "USD": "USD", "EUR": "EUR", "GBP": "GBP"}

AMOUNT_TYPES = frozenset(
    {
        "SUBTOTAL",
        "TAX",
        "TOTAL",
        "AMOUNT_DUE",
        "AMOUNT_PAID",
        "DISCOUNT",
        "GRATUITY",
        "PRIOR_BALANCE",
        "SERVICE_CHARGE",
        "SHIPPING_HANDLING_CHARGE",
    }
)

_NUMBER = r"(no|nr|num|number|id|code|#)"
_SUMMARY = {  # the first that matches the whole label wins
    "SUBTOTAL": r"sub ?total|net (amount|total)|total (before|excl).*",
    "TAX_PAYER_ID": rf"(vat|tax|gst|ein|abn|tax payer|federal tax)( reg(istration)?)? {_NUMBER}|ein|abn",
    "TAX": r"((sales|state|city|local|total) )?(tax|vat|gst|hst|pst)( total| amount)?( \d.*)?",
    "AMOUNT_DUE": r"(amount|balance|total)( now)? due.*|balance|please pay|to pay",
    "AMOUNT_PAID": r"(amount |total )?paid|amount (received|tendered)|payments?( received)?|cash|deposit",
    "PRIOR_BALANCE": r"(prior|previous|opening) balance",
    "TOTAL": r"((grand|invoice|order|receipt|bill|amount) )?total( amount)?( incl.*)?",
    "DISCOUNT": r"discounts?.*|savings|coupon.*",
    "GRATUITY": r"tip|gratuity",
    "SERVICE_CHARGE": r"service (charge|fee)",
    "SHIPPING_HANDLING_CHARGE": r"shipping( (and )?handling)?( charge| cost)?s?|freight|postage|delivery (charge|fee)",
    "DUE_DATE": r"((payment|invoice) )?due( date| on| by)?|pay(able)? by|payment date",
    "DELIVERY_DATE": r"(delivery|ship(ped|ping|ment)?) date|date (delivered|shipped)",
    "ORDER_DATE": r"order date|date ordered",
    "INVOICE_RECEIPT_DATE": r"((invoice|receipt|bill(ing)?|transaction|issue) )?date( of issue)?|issued|dated",
    "INVOICE_RECEIPT_ID": rf"(tax )?(invoice|receipt|bill|transaction|ticket|check)( {_NUMBER})+|invoice|receipt",
    "PO_NUMBER": rf"(customer )?(p ?o|purchase order)( {_NUMBER})*",
    "ACCOUNT_NUMBER": rf"(bank )?(account|acct|a c)( {_NUMBER})*|iban",
    "CUSTOMER_NUMBER": rf"(customer|client|member) {_NUMBER}",
    "PAYMENT_TERMS": r"(payment )?terms( of payment)?",
    "VENDOR_NAME": r"vendor( name)?|seller|supplier|from|merchant|payee|remit to",
    "VENDOR_PHONE": r"(tele)?phone( no| number)?|tel",
    "VENDOR_URL": r"web( ?site)?|url",
    "RECEIVER_NAME": r"(bill(ed)?|sold|ship(ped)?|invoiced?|deliver(ed)?)? ?to|(customer|client|buyer)( name)?",
}
_COLUMNS = {
    "PRODUCT_CODE": rf"(product |item |article |part |material )?(sku|{_NUMBER})|ref(erence)?",
    "UNIT_PRICE": r"unit (price|cost)|price each|price per unit|(hourly )?rate( price)?|each|cost",
    "QUANTITY": r"((hours|hrs) )?(qty|quantity)|hours|hrs|units?|count|pcs|pieces",
    "PRICE": r"((line|net|gross|total|ext(ended)?) )?(amount|price|total)( due)?|sub ?total|sum|value|exten(ded|sion)",
    "ITEM": r"((item|product|service) )?(description|items?|products?|services?|articles?|particulars|details?|name)",
}
_SUMMARY_PATTERNS = {name: re.compile(pattern) for name, pattern in _SUMMARY.items()}
_COLUMN_PATTERNS = {name: re.compile(pattern) for name, pattern in _COLUMNS.items()}


def summary_type(label: str) -> str | None:
    """The type that a label means, such as TOTAL; None if it is unknown."""
    return _first(label, _SUMMARY_PATTERNS)


def column_type(header: str) -> str | None:
    """The type of a line item's fields below this header, such as QUANTITY; None if it is unknown."""
    return _first(header, _COLUMN_PATTERNS)


def currency_of(amount: str) -> str | None:
    """The currency code of an amount with a currency; a dollar sign means US dollars."""
    return next((code for sign, code in CURRENCIES.items() if sign in amount), None)


def is_amount(text: str) -> bool:
    """Whether this is only an amount of money."""
    return bool(AMOUNT.fullmatch(text.strip()))


def _first(name: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    plain = " ".join(re.sub(r"[^a-z0-9# ]+", " ", name.lower().replace("#", " # ")).split())
    return next((found for found, pattern in patterns.items() if pattern.fullmatch(plain)), None)
