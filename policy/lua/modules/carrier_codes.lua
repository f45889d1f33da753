-- What the carrier's codes say of a recipient: the table of docs/carrier-codes.md. `whose`: of the person wherever they are
-- written to, or of the pair with this proxy number. It holds for so many days once it was told so many `times` in a row, if
-- more than one with a day between the first and the last.
local carrier_codes = {
  OPTED_OUT = 21610,
  UNREACHABLE = {
    [21211] = { whose = 'person', times = 1, days = 30 }, [21614] = { whose = 'person', times = 1, days = 30 },
    [21635] = { whose = 'person', times = 1, days = 30 }, [30006] = { whose = 'pair', times = 1, days = 30 },
    [30003] = { whose = 'person', times = 3, days = 1 },
    [30005] = { whose = 'person', times = 3, days = 1 }, [30004] = { whose = 'pair', times = 3, days = 1 },
    [21612] = { whose = 'pair', times = 3, days = 1 },
  },
  -- States that say that a text got there.
  ARRIVED = { delivered = true, read = true },
}

return carrier_codes
