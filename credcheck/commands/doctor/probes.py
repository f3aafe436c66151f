"""The examinations that take time: of the accounts' keys and of their hosts, all at once and each within its time."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from credcheck import check, keys, network, urls
from credcheck.check import remedies
from credcheck.check.pool import Pool
from credcheck.commands.doctor.finding import Finding
from credcheck.config import options
from credcheck.errors import CheckError, KeyMissing, TimedOut, fault_line
from credcheck.models import Account, Request
from credcheck.providers import request
from credcheck.providers.provider import Provider
from credcheck.providers.registry import Registry
from credcheck.system.commands import Commands

if TYPE_CHECKING:
    from credcheck.network.client import Client

_MOST_GOOD = 20  # accounts or hosts with a line each
# A check sends its user here for these.
_REMEDIES = {"tls": "the certificates above are trusted; SSL_CERT_FILE names others"}

Examination = Callable[["Client", float], Finding]


def accounts_and_hosts(
    accounts: Sequence[Account], registry: Registry, environment: Mapping[str, str], timeout: float
) -> dict[str, Sequence[Finding]]:
    """Return the findings about the keys of accounts and about the hosts that a check of them asks."""
    if not accounts:
        return {"Accounts": [Finding(False, "none is set up: run `credcheck login PROVIDER`")]}
    described = [(account, registry.load(account.provider)) for account in accounts]
    complete = [(account, provider) for account, provider in described if not options.missing(account, provider)]
    addresses = [one for account, provider in complete for one in request.addresses(provider, account)]
    origins = sorted(set(map(urls.origin, addresses)))
    commands = Commands()
    examinations: list[Examination] = [
        _key_examination(account, provider, environment, commands) for account, provider in described
    ]
    examinations += map(_host_examination, origins)
    subjects = [*(account.name for account in accounts), *origins]
    with commands.closing():
        findings = _all_at_once(examinations, subjects, network.prepare(origins, environment).client, timeout)
    untried = Finding(None, "run `credcheck all` to test the keys")
    keys_found = _shortened(findings[: len(accounts)], "accounts: key found, or none needed")
    return {"Accounts": [*keys_found, untried], "Hosts": _shortened(findings[len(accounts) :], "hosts answer")}


def _shortened(findings: Sequence[Finding], title: str) -> Sequence[Finding]:
    """Return one line for all that is well if it would be more than a screenful, before what is wrong."""
    good = sum(finding.good is True for finding in findings)
    if good <= _MOST_GOOD:
        return findings
    return [Finding(True, f"{good:,} {title}"), *(finding for finding in findings if not finding.good)]


def _all_at_once(
    examinations: Sequence[Examination], subjects: Sequence[str], client: Callable[[], "Client"], timeout: float
) -> list[Finding]:
    findings: dict[int, Finding] = {}
    pool = Pool(
        subjects,
        open_client=client,
        do=lambda task, worker_client, deadline: examinations[task](worker_client, deadline),
        on_timeout=lambda task: Finding(False, f"{subjects[task]}: nothing within {timeout:g} s"),
        on_fault=lambda task, fault: Finding(False, f"{subjects[task]}: {fault_line(fault)}: please report it"),
        seconds=timeout,
    )
    pool.run(check.connections_allowed(), on_result=findings.__setitem__)
    return [findings[task] for task in range(len(subjects))]


def _key_examination(
    account: Account, provider: Provider, environment: Mapping[str, str], commands: Commands
) -> Examination:
    def examination(_client: "Client", deadline: float) -> Finding:
        if missing := options.missing(account, provider):
            return Finding(
                False, f"{account.name}: needs {', '.join(missing)} (see `credcheck providers {provider.name}`)"
            )
        needs_key = provider.needs_key or account.key_source is not None
        try:
            if needs_key:
                keys.of(account, environment, commands=commands, deadline=deadline)
            keys.secrets(account, environment, commands=commands, deadline=deadline)
        except (KeyMissing, TimedOut) as problem:
            remedy = problem.hint or remedies.better_key(account, provider)
            return Finding(False, f"{account.name}: {problem.message}: {remedy}")
        return Finding(
            True, f"{account.name}: " + (f"key found ({account.key_source})" if needs_key else "needs no key")
        )

    return examination


def _host_examination(origin: str) -> Examination:
    def examination(client: "Client", deadline: float) -> Finding:
        started = time.monotonic()
        try:
            client.send(Request(f"{origin}/", {}), deadline=deadline)
        except CheckError as problem:
            remedy = problem.hint or _REMEDIES.get(problem.code) or problem.remedy or "check base_url"
            return Finding(False, f"{origin}: {problem.message}: {remedy}")
        return Finding(True, f"{origin} answers ({(time.monotonic() - started) * 1000:.0f} ms)")

    return examination
