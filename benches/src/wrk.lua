-- What the measurement asks: method, target and body are its arguments. `{day}` in the target stands for
-- another date in each request, `{later}` for the one thirty days after it.
init = function(args)
  wrk.method, wrk.path = args[1], args[2]
  if args[3] ~= "" then
    wrk.body = args[3]
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Accept"] = "application/json, text/event-stream"
  end
  if not string.find(args[2], "{day}", 1, true) then return end
  local n = 0
  -- Without this function wrk sends the same bytes each time, which costs it less.
  request = function()
    n = n + 1
    local day = 1451606400 + n % 3000 * 86400
    local names = { day = os.date("!%Y-%m-%d", day), later = os.date("!%Y-%m-%d", day + 30 * 86400) }
    return wrk.format(nil, (string.gsub(args[2], "{(%a+)}", names)))
  end
end

-- What it reads: one line of numbers in a fixed order, times in microseconds.
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.timeout, e.status))
end
