# Draws what bench/hpa.sh recorded: utilization above, replicas below, the time of the load shaded. Reads the lines
# seconds,users,utilization,desired,ready and prints an SVG that reads well on light and on dark pages.
BEGIN {
  FS = ","
  width = 760; left = 52; right = 12
  top = 34; high = 150; gap = 46; low = 120
  bottom = top + high + gap + low
}

NR == 1 || $1 == "" { next }

{
  n++
  second[n] = $1; users[n] = $2
  known[n] = $3 != ""; utilization[n] = $3 + 0
  desired[n] = $4 + 0; ready[n] = $5 + 0
  if (utilization[n] > most) most = utilization[n]
  if (desired[n] > replicas) replicas = desired[n]
  if ($2 > 0 && !from) from = $1
  if ($2 > 0) to = $1
}

function x(s) { return left + (width - left - right) * s / second[n] }
function yu(u) { return top + high - high * u / scale }
function yr(r) { return bottom - low * r / (replicas + 0.5) }
function text(px, py, anchor, what) { printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", px, py, anchor, what }
function rule(y, style) { printf "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" %s/>\n", left, y, width - right, y, style }

END {
  step = most > 400 ? 200 : most > 200 ? 100 : 50
  scale = step * (int(most / step) + 1)
  grid = "stroke=\"#8884\""
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#777\">\n", width, bottom + 44
  printf "<title>Utilization and replicas over time, with %d users between %d and %d seconds</title>\n", 10, from, to
  printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f4a26133\"/>\n", x(from), top, x(to) - x(from), bottom - top
  text((x(from) + x(to)) / 2, top - 8, "middle", "ten users")
  for (u = 0; u <= scale; u += step) { rule(yu(u), grid); text(left - 6, yu(u) + 4, "end", u " %") }
  rule(yu(50), "stroke=\"#c1121f\" stroke-dasharray=\"5 4\"")
  text(width - right, yu(50) - 4, "end", "target 50 %")
  for (r = 0; r <= replicas; r++) { rule(yr(r), grid); text(left - 6, yr(r) + 4, "end", r) }
  for (s = 0; s <= second[n]; s += 60) { text(x(s), bottom + 18, "middle", s / 60) }
  text(left, bottom + 36, "start", "minutes")
  text(left, top - 8, "start", "CPU of the request")
  text(left, top + high + gap - 12, "start", "replicas: line asked for, area ready")

  printf "<path fill=\"#2a9d8f55\" d=\"M%.1f %.1f", x(second[1]), yr(0)
  for (i = 1; i <= n; i++) printf " L%.1f %.1f L%.1f %.1f", x(second[i]), yr(ready[i]), x(second[i < n ? i + 1 : i]), yr(ready[i])
  printf " L%.1f %.1f Z\"/>\n", x(second[n]), yr(0)
  printf "<path fill=\"none\" stroke=\"#2a9d8f\" stroke-width=\"2\" d=\"M%.1f %.1f", x(second[1]), yr(desired[1])
  for (i = 2; i <= n; i++) printf " H%.1f V%.1f", x(second[i]), yr(desired[i])
  print "\"/>"
  printf "<path fill=\"none\" stroke=\"#457b9d\" stroke-width=\"2\" d=\""
  for (i = 1; i <= n; i++) if (known[i]) { printf "%s%.1f %.1f", started ? " L" : "M", x(second[i]), yu(utilization[i]); started = 1 }
  print "\"/>"
  print "</svg>"
}
