"""Pulls a folder of files over SFTP from a server with a known host key; an unknown or changed key ends the pull at
once.
"""

from __future__ import annotations

import asyncio
import time
from datetime import date

import asyncssh

from assets.home import DONE
from assets.pull.answers import Shifted
from assets.pull.declared import Sftp
from assets.pull.outcome import LOG, Gathered, PullFailed
from assets.pull.patience import Sleep, Transient, patiently
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

SECONDS = 15
SLOWEST = 60 * 60
"""Seconds for one file, even if bytes keep arriving."""
_BROKEN = (
    asyncssh.DisconnectError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    ConnectionError,
    TimeoutError,
)
Listing = dict[str, list[int | None]]
"""Name of each file -> its size and modification time, as the server states them."""


def gather(pull: Sftp, settings: Settings, place: Workplace, sleep: Sleep, day: date) -> Gathered:
    """Fetch the files of the day's folder that are missing here.

    Raises:
        PullFailed: the server's key is not the known one, it refuses or does not answer, or files keep changing (then
            nothing is kept).
    """
    remote = f"{pull.remote.rstrip('/')}/{day}"
    place.resume({"host": settings["HOST"], "remote": remote})
    for left in range(pull.begin_again, -1, -1):
        try:
            return patiently(lambda: asyncio.run(_fetch(pull, settings, place, remote)), sleep)
        except Shifted as shifted:
            LOG.info("%s; fetching again, at most %d more times", shifted, left)
    place.discard()
    raise PullFailed(f"files kept changing while they were fetched, {pull.begin_again + 1} times in a row")


async def _fetch(pull: Sftp, settings: Settings, place: Workplace, remote: str) -> Gathered:
    connection = await _connect(settings)
    try:
        async with connection, connection.start_sftp_client() as client:
            listing = await _listing(client, remote)
            done = listing.pop(DONE, None) is not None
            if not listing:
                return Gathered("nothing_new")
            if not done and not _at_rest(listing, pull.settle_seconds):
                return Gathered("waiting")
            await _download(client, remote, listing, place)
            again = await _listing(client, remote)
    except _BROKEN as error:
        raise Transient(f"{settings['HOST']} closed the connection ({type(error).__name__})") from None
    except asyncssh.SFTPError as error:
        raise PullFailed(f"{settings['HOST']} refused ({type(error).__name__})") from None
    again.pop(DONE, None)
    if again != listing:
        raise Shifted("the folder changed while it was fetched")
    return Gathered("landed")


async def _connect(settings: Settings) -> asyncssh.SSHClientConnection:
    host = settings["HOST"]
    known_hosts = settings.path("KNOWN_HOSTS")
    key = settings.path("KEY_FILE") if settings.get("KEY_FILE") else None
    try:
        return await asyncssh.connect(
            host,
            port=_port(settings),
            username=settings["USER"],
            password=None if key else settings["PASSWORD"],
            client_keys=[str(key)] if key else None,
            passphrase=settings.get("PASSPHRASE"),
            known_hosts=str(known_hosts),
            x509_trusted_certs=None,
            # ignore the account's own configuration and agent, which could extend trust or credentials
            config=None,
            agent_path=None,
            connect_timeout=SECONDS,
            login_timeout=SECONDS,
            keepalive_interval=SECONDS,
        )
    except asyncssh.HostKeyNotVerifiable:
        raise PullFailed(f"the host key of {host} is not the known one; nothing was sent") from None
    except asyncssh.PermissionDenied:
        raise PullFailed(f"{host} does not accept our credentials") from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise PullFailed(f"{settings.variable('KEY_FILE')} does not contain a usable key") from None
    except (OSError, TimeoutError, asyncssh.Error) as error:
        raise Transient(f"{host} could not be reached ({type(error).__name__})") from None


def _port(settings: Settings) -> int:
    try:
        return int(settings.get("PORT") or 22)
    except ValueError:
        raise PullFailed(f"{settings.variable('PORT')} is not a number") from None


async def _listing(client: asyncssh.SFTPClient, remote: str) -> Listing:
    """List the regular files of the folder, including `_SELESAI`; hidden ones, folders and links are not fetched.

    Raises:
        PullFailed: the server names a file that could be outside the folder.
    """
    found: Listing = {}
    try:
        async for entry in client.scandir(remote):
            name, attributes = entry.filename, entry.attrs
            assert isinstance(name, str)  # as the path is
            if name.startswith((".", "~$")) or attributes.type != asyncssh.FILEXFER_TYPE_REGULAR:
                continue
            if "/" in name or not name.isprintable():
                raise PullFailed("the server lists a file whose name is not a plain name")
            found[name] = [attributes.size, attributes.mtime]
    except asyncssh.SFTPNoSuchFile:
        return {}
    return found


def _at_rest(listing: Listing, settle_seconds: int) -> bool:
    changes = [changed for _, changed in listing.values() if changed is not None]
    return len(changes) == len(listing) and time.time() - max(changes) >= settle_seconds


async def _download(client: asyncssh.SFTPClient, remote: str, listing: Listing, place: Workplace) -> None:
    """Download every file of the listing into the workplace, except those of an earlier try."""
    kept = place.kept()
    for path in place.files():
        if listing.get(path.name) != kept.get(path.name):
            path.unlink()
    for number, (name, (size, changed)) in enumerate(sorted(listing.items()), 1):
        if place.has(name):
            continue
        with place.storing(name) as path:
            async with asyncio.timeout(SLOWEST):
                await client.get(f"{remote}/{name}", str(path), sparse=False)
            if path.stat().st_size != size:
                raise Shifted("a file's size differs from the listing")
        kept[name] = [size, changed]
        place.remember(kept)
        LOG.info("file %d of %d", number, len(listing))
