"""Settings that bound how much an account, a Service or a Session may have: docs/limits.md, storage/bounds.py."""

from __future__ import annotations

from dataclasses import dataclass

from common.setting import setting
from common.values import whole


@dataclass(frozen=True, repr=False, kw_only=True)
class QuotaSettings:
    store_memory_megabytes: int = setting(
        whole(0, 100_000_000),
        "Memory that the store (of a Cluster: each primary) may use, if it has no `maxmemory` or a larger one. "
        "At 75 % creations are refused, at 90 % all but relaying and closing. 0: its `maxmemory`.",
        "0", default="0",
    )  # fmt: skip
    max_numbers_per_service: int = setting(
        whole(0, 10_000_000), "Numbers that one Service may have; 0: no limit.", "0", default="0"
    )
    max_services_per_account: int = setting(
        whole(0, 1_000_000), "Services that one account may have; 0: no limit.", "10000", default="10000"
    )
    max_sessions_per_service: int = setting(
        whole(0, 1_000_000_000),
        "Sessions that one Service may have, closed ones too until they are deleted; 0: no limit.",
        "0", default="0",
    )  # fmt: skip
    max_participants_per_session: int = setting(
        whole(0, 1_000_000), "Participants that a Session may ever have, removed ones too; 0: no limit.",
        "1000", default="1000",
    )  # fmt: skip
    max_blocks_per_service: int = setting(
        whole(0, 10_000_000), "Blocks that one Service may have; 0: no limit.", "10000", default="10000"
    )
    max_notices_per_service: int = setting(
        whole(0, 10_000), "Texts and voices of its own that one Service may have; 0: no limit.", "500", default="500"
    )
    max_opt_outs_per_service: int = setting(
        whole(0, 100_000_000),
        "Opt-outs that a Service may have for an import to be accepted; people can always opt out. 0: no limit.",
        "1000000", default="1000000",
    )  # fmt: skip
    max_deliveries_per_service: int = setting(
        whole(0, 10_000_000),
        "Callbacks and events of one Service that may wait or be parked; above it, new ones are not sent. 0: no limit.",
        "100000", default="100000",
    )  # fmt: skip
    max_idempotency_keys_per_day: int = setting(
        whole(0, 100_000_000), "Idempotency-Keys that one account may use in a day; 0: no limit.",
        "500000", default="500000",
    )  # fmt: skip
