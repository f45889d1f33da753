-- A SID as it is stored in packed values: 16 bytes, without its two letters.
local sids = {}
local remembered = use('storage.remembered')
local MOST = 500
local FORM = '^%u%u(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)$'

-- Returns the 16 bytes; what has not the form of a SID stays as it is.
function sids.pack(sid)
  local a, b, c, d = string.match(sid, FORM)
  -- With capital digits it would not come back as it was.
  if not a or string.find(sid, '%u', 3) then return sid end
  return struct.pack('>I4I4I4I4', tonumber(a, 16), tonumber(b, 16), tonumber(c, 16), tonumber(d, 16))
end

-- The same for a SID that is packed again and again: it is remembered, also from one call to the next.
sids.pack_often = remembered.results(MOST, sids.pack)

-- `letters`: of its kind, for example KC.
function sids.unpack(letters, packed)
  if #packed ~= 16 then return packed end
  return letters .. string.format('%08x%08x%08x%08x', struct.unpack('>I4I4I4I4', packed))
end

return sids
