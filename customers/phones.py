"""Phone numbers, read and shown. What knows them of all countries is large: it is loaded with the first one."""

from django.utils.translation import gettext_lazy as _


def key(value: str) -> str:
    """The number as E.164, such as +9647801234567. ValueError for what is none, or has no country code."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_("That is not a phone number with its country code.")) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_("That is not a phone number with its country code."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(key: str) -> str:
    """As people read it: +964 780 123 4567."""
    import phonenumbers

    return phonenumbers.format_number(phonenumbers.parse(key), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
