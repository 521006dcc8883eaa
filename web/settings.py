"""Settings of the machine: the file ``sufficit.toml`` and the environment ``SUFFICIT_*``.

What belongs to the site (name, time zone, hoods, printers, label stock) is data and stands in the
database. Here stands only what the server must know before it can open the database.
The environment wins over the file. A wrong or unknown setting is named, never ignored.
"""

import difflib
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from calculations.errors import Fault, Faults
from web.places import ROOT

PREFIX = "SUFFICIT_"
SETTINGS_FILE = "SUFFICIT_SETTINGS"
"""Names another settings file than ``sufficit.toml`` beside the launcher."""

NOT_SETTINGS = frozenset({SETTINGS_FILE, "SUFFICIT_REQUIRE_BROWSER", "SUFFICIT_TEST_DATABASE_URL"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseModel):
    """Each description says what is expected; it is also what a wrong value is answered with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_directory: Path = Field(
        ROOT / "var", description="the full path of a directory for database, pictures, documents and secret key"
    )
    database: str = Field(
        "",
        pattern=r"^$|^sqlite:////.+|^postgresql(\+psycopg)?://.+",
        description="sqlite:////FULL/PATH or postgresql://USER:PASSWORD@HOST/NAME; empty: SQLite in the data directory",
    )
    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on, such as 127.0.0.1 or 0.0.0.0")
    port: int = Field(8000, ge=1, le=65535, description="a port number from 1 to 65535")
    threads: int = Field(16, ge=2, le=128, description="a number of threads from 2 to 128")
    tls_certificate: Path | None = Field(None, description="the file of the TLS certificate (PEM), with tls_key")
    tls_key: Path | None = Field(None, description="the file of the TLS private key (PEM), with tls_certificate")
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="at least 32 random characters; without it one is made and kept in the data directory",
    )
    clock_kept_by_host: bool = Field(
        False, description="true where the host of a virtual machine keeps the clock right, otherwise false"
    )
    demonstration: bool = Field(False, description="true or false; true marks every page and print as demonstration")

    @property
    def database_url(self) -> str:
        """The address of the database, the embedded one when none is set."""
        if not self.database:
            return f"sqlite:///{self.data_directory / 'sufficit.db'}"
        return re.sub(r"^postgresql://", "postgresql+psycopg://", self.database)

    @property
    def embedded_file(self) -> Path | None:
        """The file of the embedded database; None with PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @property
    def only_this_machine(self) -> bool:
        """True when the server can be reached from this machine alone."""
        return self.host in LOOPBACK

    @property
    def has_tls(self) -> bool:
        """True when certificate and key are both set."""
        return self.tls_certificate is not None and self.tls_key is not None

    @property
    def address(self) -> str:
        """What is typed into a browser on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"{'https' if self.has_tls else 'http'}://{host}:{self.port}/"

    @property
    def folders(self) -> dict[str, Path]:
        """The directories beside the database whose files its entries name; a backup holds them too."""
        return {name: self.data_directory / name for name in ("pictures", "documents")}

    @property
    def checkpoint_key_file(self) -> Path:
        """The key that signs the daily list of record heads."""
        return self.data_directory / "checkpoint_key.pem"

    @property
    def sign_on_key_file(self) -> Path:
        """Where the server's own secret is kept."""
        return self.data_directory / "sign_on_key"

    def secret(self) -> str:
        """The key that signs cookies: the setting, or one made at the first start."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        return kept_key(self.data_directory / "secret_key")

    def pepper(self) -> str:
        """The server's own secret: PINs and badges are hashed with it, what is signed is sealed with a key made of it.

        Another one, and nobody can sign on and no seal holds: keep a copy elsewhere.
        """
        return kept_key(self.sign_on_key_file)


def kept_key(path: Path) -> str:
    """A random key made at the first use and kept (mode 600)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fresh, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()


def read_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings of this machine; ``given`` (from the command line) wins over environment and file.

    Raises ``Faults`` with every wrong value at once: setting, what was found, what is expected.
    """
    environment = os.environ if environment is None else environment
    file = Path(environment.get(SETTINGS_FILE) or ROOT / "sufficit.toml")
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name, value in _from_file(file, SETTINGS_FILE in environment).items():
        values[name], origin[name] = value, f"{name} in {file}"
    for variable, text in environment.items():
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS:
            name = variable.removeprefix(PREFIX).lower()
            values[name], origin[name] = text, f"{variable} in the environment"
    for name, value in given.items():
        values[name], origin[name] = value, f"--{name.replace('_', '-')}"
    try:
        settings = Settings(**values)
    except ValidationError as problem:
        raise Faults([_in_plain_words(error, values, origin) for error in problem.errors()]) from None
    faults = _tls_faults(settings, origin)
    if not settings.data_directory.is_absolute():
        where = origin.get("data_directory", "data_directory")
        faults.append(Fault(where, str(settings.data_directory), "a full path, beginning with /"))
    if faults:
        raise Faults(faults)
    return settings


def _from_file(file: Path, must_exist: bool) -> dict[str, Any]:
    if not file.exists():
        if must_exist:
            raise Faults([Fault(SETTINGS_FILE, str(file), "an existing settings file")])
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise Faults([Fault(str(file), str(problem), "lines of the form  name = value  (TOML)")]) from None


def _in_plain_words(error: Any, values: Mapping[str, Any], origin: Mapping[str, str]) -> Fault:
    name = str(error["loc"][0])
    where = origin.get(name, name)
    if name not in Settings.model_fields:
        near = difflib.get_close_matches(name, Settings.model_fields, n=1)
        known = f"the setting {near[0]}" if near else "one of " + ", ".join(sorted(Settings.model_fields))
        return Fault(where, "a setting that does not exist", known)
    return Fault(where, _without_secrets(name, values.get(name)), str(Settings.model_fields[name].description))


def _without_secrets(name: str, value: object) -> str:
    """What was found, fit for a log: no key, no password."""
    if name == "secret_key":
        return f"{len(str(value))} characters"
    return re.sub(r"//([^:/@]*):[^@]*@", r"//\1:…@", str(value))


def _tls_faults(settings: Settings, origin: Mapping[str, str]) -> list[Fault]:
    faults = []
    pair = {"tls_certificate": settings.tls_certificate, "tls_key": settings.tls_key}
    for name, path in pair.items():
        where = origin.get(name, name)
        if path is None and any(pair.values()):
            faults.append(Fault(where, "nothing", "both tls_certificate and tls_key, or neither"))
        elif path is not None and not os.access(path, os.R_OK):
            faults.append(Fault(where, f"{path}, which cannot be read", "a file that can be read"))
    return faults
