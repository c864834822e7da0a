"""Settings from the environment: read once, all faults told at once, no secret ever shown."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class ConfigFault(Exception):
    """The environment cannot be worked with: `faults` holds one sentence per variable that is wrong."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class KeyRing:
    """Keys of 32 bytes by id (1..255): new values use `current`, old ones name the key they were made with."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def key(self) -> bytes:
        """The current key."""
        return self.keys[self.current]


def random_enough(value: str | bytes) -> bool:
    """Whether a secret has the variety that a random one has; `changeme` repeated has not."""
    return len(set(value)) >= 10


def secret(value: str) -> str:
    if len(value) < 32 or not random_enough(value):
        raise ValueError("is too weak")
    return value


def tokens(value: object) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
    if not isinstance(found, tuple) or not 1 <= len(found) <= 2 or len(set(found)) != len(found):
        raise ValueError("is not one token or two different ones")
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{32,}", token) and random_enough(token) for token in found):
        raise ValueError("has a token that is too weak or cannot stand in a URL")
    return found


def key_ring(value: object) -> KeyRing:
    if isinstance(value, KeyRing):
        return value
    pairs = [read_key(pair.strip()) for pair in str(value).split(",")]
    keys = dict(pairs)
    if len(keys) != len(pairs) or len(set(keys.values())) != len(pairs):
        raise ValueError("has an id or a key twice")
    return KeyRing(pairs[0][0], keys)


def read_key(pair: str) -> tuple[int, bytes]:
    number, _, encoded = pair.partition(":")
    if not re.fullmatch(r"[0-9]{1,3}", number) or not 1 <= int(number) <= 255:
        raise ValueError("has an id that is not a number from 1 to 255")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("has a key that is not base64") from None
    if len(key) != 32 or not random_enough(key):
        raise ValueError("has a key that is not 32 random bytes")
    return int(number), key


def other_keys_than_phone_keys(ring: KeyRing, info: ValidationInfo) -> KeyRing:
    phone: KeyRing | None = info.data.get("phone_keys")
    if phone and set(phone.keys.values()) & set(ring.keys.values()):
        raise ValueError("has a key of PHONE_KEYS")
    return ring


def needed_by_gateway(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("gateway") == "africastalking":
        raise ValueError("is missing")
    return value


def database_address(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg"} or not rest:
        raise ValueError("is not an address of PostgreSQL")
    return f"postgresql+psycopg://{rest}"


def redis_address(value: str) -> str:
    if not re.match(r"(rediss?|unix)://.", value):
        raise ValueError("is not an address of Valkey or Redis")
    return value


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an http address")
    return value.rstrip("/")


def gateway_address(value: str) -> str:
    if not web_address(value).endswith("/version1"):
        raise ValueError("does not end in /version1")
    return web_address(value)


def existing_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("is not a folder")
    return path.absolute()


def private_folder(path: Path) -> Path:
    if existing_folder(path).stat().st_mode & 0o077:
        raise ValueError("can be entered by others")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ValueError("cannot be written to")
    return path.absolute()


def moment(value: object) -> datetime:
    """An ISO time; without an offset it is UTC."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("is not a time") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def only_simulated(value: datetime | None, info: ValidationInfo) -> datetime | None:
    if value is not None and info.data.get("gateway") != "simulator":
        raise ValueError("moves the clock, which real residents must not meet")
    return value


Moment = Annotated[datetime, BeforeValidator(moment)]
Needed = Annotated[str | None, AfterValidator(needed_by_gateway), Field(validate_default=True)]
Folder = Annotated[Path, AfterValidator(existing_folder)]
Ring = Annotated[KeyRing, NoDecode, PlainValidator(key_ring)]
Tokens = Annotated[tuple[str, ...], NoDecode, PlainValidator(tokens)]


class Settings(BaseSettings):
    """All that an instance is told from outside; each field's description says what a fault asks for."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True, hide_input_in_errors=True
    )

    gateway: Literal["simulator", "africastalking"] = Field(description="set it to simulator or africastalking")
    at_username: Needed = Field(None, description="with GATEWAY=africastalking set it to the account's user name")
    at_api_key: Needed = Field(
        None, repr=False, description="with GATEWAY=africastalking set it to the key from the account's dashboard"
    )
    at_sender: str | None = Field(None, description="set it to the sender name or short code texts come from")
    at_base_url: Annotated[str, AfterValidator(gateway_address)] | None = Field(
        None, description="leave it out, or set it to an address like https://api.example.org/version1"
    )
    service_code: str = Field(
        "*120*4932#", pattern=r"^\*[0-9]+(\*[0-9]+)*#$", description="set it to what people dial, like *120*4932#"
    )
    short_code: str = Field("31245", pattern=r"^[0-9]{3,8}$", description="set it to 3 to 8 digits, like 31245")
    ussd_text: Literal["whole", "last"] = Field(
        "whole", description="leave it out, or set it to last where the gateway posts only the newest input of a hop"
    )

    database_url: Annotated[str, AfterValidator(database_address)] = Field(
        repr=False, description="set it to an address like postgresql://user:password@host/izwi"
    )
    redis_url: Annotated[str, AfterValidator(redis_address)] = Field(
        repr=False, description="set it to an address like redis://host:6379/0"
    )
    spool_dir: Annotated[Path, AfterValidator(private_folder)] = Field(
        description="set it to a folder on a local disk made with mkdir -m 700, of the user that runs Izwi"
    )
    city: Folder = Field(ROOT / "demo", description="set it to the folder of a city pack")
    data: Path = Field(ROOT / "var", alias="IZWI_DATA", description="set it to the folder of this instance")
    public_url: Annotated[str, AfterValidator(web_address)] = Field(
        "http://127.0.0.1:8000", description="set it to the address people open, like https://izwi.example.org"
    )

    secret_key: Annotated[str, AfterValidator(secret)] = Field(
        repr=False, description="set it to 32 or more random characters"
    )
    webhook_tokens: Tokens = Field(
        repr=False,
        description="set it to the current token, then a comma and the previous one if it still counts, "
        "each 32 or more random characters out of A-Z a-z 0-9 - _",
    )
    phone_keys: Ring = Field(
        repr=False,
        description="set it to id:key, the current one first, then commas; a key is base64 of 32 random bytes",
    )
    index_keys: Annotated[Ring, AfterValidator(other_keys_than_phone_keys)] = Field(
        repr=False, description="set it to id:key like PHONE_KEYS, with keys of its own"
    )

    drafts: bool = Field(False, alias="IZWI_DRAFTS", description="set it to 1 to use unreviewed translations, or to 0")
    screen_limit: int = Field(
        160, alias="IZWI_SCREEN_LIMIT", ge=60, le=182, description="set it to a number of letters from 60 to 182"
    )
    now: Annotated[Moment, AfterValidator(only_simulated)] | None = Field(
        None,
        alias="IZWI_NOW",
        description="leave it out, or with GATEWAY=simulator set it to an ISO time like 2026-03-02T06:59:00+02:00",
    )
    started: Moment = Field(
        default_factory=lambda: datetime.now(UTC),
        alias="IZWI_STARTED",
        description="leave it out; scripts/run sets it to the true time at which IZWI_NOW was said",
    )

    @property
    def time_shift(self) -> timedelta:
        """What the clock of every process adds to the true time: zero unless IZWI_NOW is set."""
        return self.now - self.started if self.now else timedelta()


NAMES = tuple(field.alias or name.upper() for name, field in Settings.model_fields.items())


def read_settings() -> Settings:
    """The settings of this process; raises ConfigFault with a sentence for every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as fault:
        raise ConfigFault(sentences(fault)) from None


def sentences(fault: ValidationError) -> tuple[str, ...]:
    """One sentence per fault: the variable, what is wrong and what to do, never its value."""
    how = {name: field.description for name, field in zip(NAMES, Settings.model_fields.values(), strict=True)}
    errors = fault.errors(include_url=False, include_input=False)
    named = {str(error["loc"][0]).upper(): what_is_wrong(error) for error in errors}
    return tuple(f"{name} {what}: {how[name]}." for name, what in named.items())


def what_is_wrong(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "is missing"
    return str(error["ctx"]["error"]) if error["type"] == "value_error" else "is not valid"
