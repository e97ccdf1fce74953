using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Durations as Go prints them, which is how Kubernetes' messages show them: <c>10s</c>, <c>1m20s</c>, <c>1.5s</c>, <c>120ms</c>.</summary>
internal static class GoDuration
{
    /// <summary>To the millisecond.</summary>
    public static string Format(TimeSpan span)
    {
        if (span < TimeSpan.FromSeconds(1))
        {
            return span < TimeSpan.FromMilliseconds(1) ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMilliseconds}ms");
        }

        var text = new StringBuilder();
        if (span >= TimeSpan.FromHours(1))
        {
            text.Append(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h");
        }

        if (span >= TimeSpan.FromMinutes(1))
        {
            text.Append(CultureInfo.InvariantCulture, $"{span.Minutes}m");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{span.Seconds + (span.Milliseconds / 1000m):0.###}s").ToString();
    }
}
