"""Settings of the machine: read from file and environment, and a wrong one is named."""

import stat
from pathlib import Path

import pytest

from calculations.errors import Fault, Faults
from web.settings import Settings, read_settings


def faults_of(environment: dict[str, str], **given: object) -> list[Fault]:
    """What is wrong with these settings."""
    with pytest.raises(Faults) as raised:
        read_settings(environment, **given)
    return raised.value.faults


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file to write into."""
    return tmp_path / "sufficit.toml"


def test_without_any_setting_it_serves_this_machine_from_an_embedded_database():
    settings = read_settings({})
    assert settings.host == "127.0.0.1"
    assert settings.only_this_machine
    assert settings.database_url == f"sqlite:///{settings.data_directory}/sufficit.db"
    assert not settings.demonstration


def test_the_file_is_read(file: Path):
    file.write_text("port = 8443\nthreads = 24\n")
    settings = read_settings({"SUFFICIT_SETTINGS": str(file)})
    assert (settings.port, settings.threads) == (8443, 24)


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(file: Path):
    file.write_text("port = 8443\nthreads = 24\n")
    environment = {"SUFFICIT_SETTINGS": str(file), "SUFFICIT_PORT": "9000", "SUFFICIT_THREADS": "8"}
    settings = read_settings(environment, port=9001)
    assert (settings.port, settings.threads) == (9001, 8)


def test_a_wrong_value_in_the_environment_is_named_with_what_is_expected():
    assert faults_of({"SUFFICIT_PORT": "eighty"}) == [
        Fault("SUFFICIT_PORT in the environment", "eighty", "a port number from 1 to 65535")
    ]


def test_a_wrong_value_in_the_file_is_named_with_the_file(file: Path):
    file.write_text("threads = 1\n")
    (fault,) = faults_of({"SUFFICIT_SETTINGS": str(file)})
    assert fault == Fault(f"threads in {file}", "1", "a number of threads from 2 to 128")


def test_a_wrong_value_on_the_command_line_is_named_as_typed():
    (fault,) = faults_of({}, port=0)
    assert fault.field == "--port"


def test_all_wrong_values_are_said_at_once():
    found = {fault.field for fault in faults_of({"SUFFICIT_PORT": "0", "SUFFICIT_THREADS": "many"})}
    assert found == {"SUFFICIT_PORT in the environment", "SUFFICIT_THREADS in the environment"}


def test_a_misspelt_setting_is_refused_and_the_right_name_suggested():
    (fault,) = faults_of({"SUFFICIT_PROT": "8000"})
    assert fault == Fault("SUFFICIT_PROT in the environment", "a setting that does not exist", "the setting port")


def test_a_file_that_is_not_toml_is_refused_with_its_name(file: Path):
    file.write_text("port: 8000\n")
    (fault,) = faults_of({"SUFFICIT_SETTINGS": str(file)})
    assert fault.field == str(file)


def test_a_settings_file_that_was_named_must_exist(file: Path):
    (fault,) = faults_of({"SUFFICIT_SETTINGS": str(file)})
    assert fault == Fault("SUFFICIT_SETTINGS", str(file), "an existing settings file")


@pytest.mark.parametrize("database", ["sqlite:///here.db", "sqlite://", "mysql://x/y", "var/sufficit.db"])
def test_a_database_that_cannot_be_used_is_refused(database: str):
    (fault,) = faults_of({"SUFFICIT_DATABASE": database})
    assert fault.found == database


def test_a_postgresql_address_gets_the_driver_that_is_installed():
    settings = read_settings({"SUFFICIT_DATABASE": "postgresql://sufficit@db/sufficit"})
    assert settings.database_url == "postgresql+psycopg://sufficit@db/sufficit"


def test_a_password_in_an_address_is_never_shown():
    (fault,) = faults_of({"SUFFICIT_DATABASE": "mysql://sufficit:hush@db/sufficit"})
    assert "hush" not in str(fault)


def test_a_short_secret_key_is_refused_and_not_shown():
    (fault,) = faults_of({"SUFFICIT_SECRET_KEY": "too-short"})
    assert fault.found == "9 characters"


def test_a_certificate_without_its_key_is_refused(tmp_path: Path):
    certificate = tmp_path / "cert.pem"
    certificate.write_text("x")
    (fault,) = faults_of({"SUFFICIT_TLS_CERTIFICATE": str(certificate)})
    assert fault == Fault("tls_key", "nothing", "both tls_certificate and tls_key, or neither")


def test_a_certificate_that_is_not_there_is_refused(tmp_path: Path):
    faults = faults_of({"SUFFICIT_TLS_CERTIFICATE": str(tmp_path / "a"), "SUFFICIT_TLS_KEY": str(tmp_path / "b")})
    assert [fault.expected for fault in faults] == ["a file that can be read"] * 2


def test_a_data_directory_needs_a_full_path():
    (fault,) = faults_of({"SUFFICIT_DATA_DIRECTORY": "var"})
    assert fault.expected == "a full path, beginning with /"


def test_the_secret_is_made_once_and_only_the_owner_may_read_it(tmp_path: Path):
    settings = Settings(data_directory=tmp_path / "new")
    first = settings.secret()
    assert len(first) >= 64
    assert settings.secret() == first
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_two_machines_do_not_share_a_secret(tmp_path: Path):
    assert Settings(data_directory=tmp_path / "a").secret() != Settings(data_directory=tmp_path / "b").secret()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("pharmacy", "http://pharmacy:8000/"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(host: str, address: str):
    assert Settings(host=host).address == address
