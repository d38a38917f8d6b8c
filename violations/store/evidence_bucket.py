"""Evidence in a bucket of S3 or of a store that speaks its language, with a folder on this machine for what is read.

Endpoint, region and credentials come from the environment, as every S3 tool reads them: AWS_ENDPOINT_URL_S3 (or
AWS_ENDPOINT_URL), AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. Needs the extra `s3`.
"""

import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from violations.store.errors import EvidenceDownError, EvidenceNotFoundError, EvidencePlaceError
from violations.store.evidence_place import EvidencePlace, FolderPlace

ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w.\-/]{0,200}))?")
CHUNK_BYTES = 1 << 20
MOST_CACHED_BYTES = 4 << 30
MOST_KNOWN = 200_000
CONNECT_S, READ_S, TRIES = 5, 30, 4
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class BucketPlace:
    """s3://BUCKET/PREFIX/ab/cdef…; what was read lies in `cache`, checked against its name; the oldest is forgotten
    first."""

    def __init__(self, client: Any, bucket: str, prefix: str, cache: Path, most_bytes: int = MOST_CACHED_BYTES) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._cache = cache
        self._most_bytes = most_bytes
        self._known: dict[str, int] = {}
        self._lock = Lock()
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def check(self) -> None:
        """Raises EvidenceDownError unless the bucket is there and answers."""
        with self._speaking():
            self._client.head_bucket(Bucket=self._bucket)

    def take(self, path: Path, name: str) -> None:
        """The store is told the SHA-256 and refuses bytes that arrive otherwise."""
        size_bytes = path.stat().st_size
        checksum = b64encode(bytes.fromhex(name)).decode()
        with self._speaking(), path.open("rb") as body:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._key(name),
                Body=body,
                ContentLength=size_bytes,
                ContentType="application/octet-stream",
                ChecksumSHA256=checksum,
            )
        self._remember(name, size_bytes)
        path.unlink()

    def has(self, name: str, size_bytes: int) -> bool:
        with self._lock:
            known = self._known.get(name)
        if known is None:
            with self._speaking():
                found = self._asked(lambda: self._client.head_object(Bucket=self._bucket, Key=self._key(name)))
            if found is None:
                return False
            known = int(found["ContentLength"])
            self._remember(name, known)
        return known == size_bytes

    def local(self, name: str) -> Path:
        path = self._cache / name[:2] / name[2:]
        if path.is_file():
            path.touch()
            return path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            self._fetch(name, half)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
        self._forget_oldest(keep=path)
        return path

    def remove(self, name: str) -> bool:
        (self._cache / name[:2] / name[2:]).unlink(missing_ok=True)
        with self._lock:
            self._known.pop(name, None)
        with self._speaking():
            there = self._asked(lambda: self._client.head_object(Bucket=self._bucket, Key=self._key(name)))
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))
        return there is not None

    def _fetch(self, name: str, target: Path) -> None:
        digest = sha256()
        with self._speaking(), target.open("xb") as file:
            found = self._asked(lambda: self._client.get_object(Bucket=self._bucket, Key=self._key(name)))
            if found is None:
                raise EvidenceNotFoundError(f"evidence: wanted the file {name}, found no bytes of it in {self.address}")
            for chunk in found["Body"].iter_chunks(CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != name:
            raise EvidenceNotFoundError(f"evidence: wanted the bytes of {name}, found others in {self.address}")

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """None where the store says that there is no such thing."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 — comes with the extra `s3` alone

        try:
            return ask()
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code")) in MISSING:
                return None
            raise

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 — comes with the extra `s3` alone
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 — what botocore lets through while a body is read

        try:
            yield
        except (BotoCoreError, ClientError, HTTPError) as error:
            raise EvidenceDownError(f"--evidence: wanted {self.address} to answer, found: {error}") from error

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name[:2]}/{name[2:]}"

    def _remember(self, name: str, size_bytes: int) -> None:
        with self._lock:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[name] = size_bytes

    def _forget_oldest(self, keep: Path) -> None:
        files = [(path, path.stat()) for path in self._cache.glob("??/[!.]*")]
        spare = sum(stat.st_size for _, stat in files) - self._most_bytes
        for path, stat in sorted(files, key=lambda one: one[1].st_mtime_ns):
            if spare <= 0:
                return
            if path != keep:
                with suppress(FileNotFoundError):
                    path.unlink()
                spare -= stat.st_size


def open_place(address: str | None, root: Path) -> EvidencePlace:
    """The folder `root` (None), or the bucket of an s3:// address, its cache below `root`. Raises as `open_bucket`."""
    return FolderPlace(root) if address is None else open_bucket(address, root / "cache")


def open_bucket(address: str, cache: Path) -> BucketPlace:
    """Of s3://BUCKET[/PREFIX], asked once. Raises EvidencePlaceError for what is no such address, or without the extra
    `s3`; EvidenceDownError where it does not answer."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise EvidencePlaceError(f"--evidence: wanted s3://BUCKET/PREFIX, found {address[:200]}")
    try:
        import boto3  # noqa: PLC0415 — comes with the extra `s3` alone
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise EvidencePlaceError("--evidence: wanted the extra `s3` for it: pip install 'ngatu[s3]'") from error
    settings = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=32,
        user_agent_extra="ngatu",
    )
    try:
        client = boto3.session.Session().client("s3", config=settings)
    except (BotoCoreError, ValueError) as error:
        raise EvidencePlaceError(
            f"--evidence: wanted an endpoint and region in the environment, found: {error}"
        ) from error
    place = BucketPlace(client, match["bucket"], match["prefix"] or "", cache)
    place.check()
    return place
