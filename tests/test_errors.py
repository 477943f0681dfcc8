from aegan.errors import AeganError, InputError


def test_an_error_names_place_fault_and_remedy_in_one_line():
    error = InputError("data.npy", "holds NaN", "Remove it")
    assert str(error) == "data.npy: holds NaN. Remove it"
    assert (error.where, error.wrong, error.fix) == ("data.npy", "holds NaN", "Remove it")
    assert isinstance(error, AeganError)


def test_any_object_can_be_named(tmp_path):
    assert InputError(tmp_path, "is empty", "Fill it").where == str(tmp_path)
