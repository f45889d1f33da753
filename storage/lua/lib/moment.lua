-- The store's time in ms, for what belongs to an account: that keeps no last time. args.now is given by tests alone.
local function moment()
  if args.now then return args.now end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
