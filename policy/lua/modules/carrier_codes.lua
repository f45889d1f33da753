-- What the carrier's codes mean for a recipient: the table in docs/carrier-codes.md. `whose`: the code concerns the
-- person at every proxy number, or the pair of person and proxy number. The recipient counts as unreachable for so many
-- `days` after the code was reported so many `times` in a row; more than once only counts with a day between first and
-- last.
local carrier_codes = {
  OPTED_OUT = 21610,
  UNREACHABLE = {
    [21211] = { whose = 'person', times = 1, days = 30 }, [21614] = { whose = 'person', times = 1, days = 30 },
    [21635] = { whose = 'person', times = 1, days = 30 }, [30006] = { whose = 'pair', times = 1, days = 30 },
    [30003] = { whose = 'person', times = 3, days = 1 },
    [30005] = { whose = 'person', times = 3, days = 1 }, [30004] = { whose = 'pair', times = 3, days = 1 },
    [21612] = { whose = 'pair', times = 3, days = 1 },
  },
  -- The states which mean that a text arrived.
  ARRIVED = { delivered = true, read = true },
}

return carrier_codes
