from partners.importers.operations import (
    operation_label,
    operations_by_code,
    operations_by_name,
    read_operations,
)


def test_operations_when_listed_become_codes_in_order() -> None:
    codes, unknown = read_operations("PACK; api  manufacture;ANALYSIS; ", ";")

    assert codes == ("C25391", "C82401", "C84731")
    assert unknown == ()


def test_operations_when_a_name_is_not_in_our_list_tell_it() -> None:
    codes, unknown = read_operations("PACK|FICTIONAL MAGIC", "|")

    assert codes == ("C84731",)
    assert unknown == ("FICTIONAL MAGIC",)


def test_operation_list_when_read_has_one_name_per_code_in_capitals() -> None:
    assert len(operations_by_code()) == len(operations_by_name()) == 28
    assert all(name == name.upper() for name in operations_by_name())


def test_operation_label_when_code_is_unknown_is_the_code() -> None:
    assert operation_label("C82401") == "API manufacture"
    assert operation_label("C1") == "C1"
