using System.Globalization;

namespace Scalelab.ModelServer.Admission;

/// <summary>How much processor this container may use, in cores, as its control group says.</summary>
internal static class CpuLimit
{
    /// <summary>The limit, or the machine's cores where there is none. Never more than the machine has.</summary>
    /// <param name="root">Where the control groups are mounted: <c>/sys/fs/cgroup</c>.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static double Cores(string root, int cores) => Math.Min(cores, Version2(root) ?? Version1(root) ?? cores);

    // "200000 100000": microseconds of processor in each period; "max" for no limit.
    private static double? Version2(string root) =>
        Text(Path.Combine(root, "cpu.max"))?.Split(' ') is [var quota, var period] ? Ratio(quota, period) : null;

    private static double? Version1(string root) =>
        Text(Path.Combine(root, "cpu", "cpu.cfs_quota_us")) is { } quota && Text(Path.Combine(root, "cpu", "cpu.cfs_period_us")) is { } period
            ? Ratio(quota, period)
            : null;

    private static double? Ratio(string quota, string period) =>
        double.TryParse(quota, NumberStyles.Integer, CultureInfo.InvariantCulture, out var used) && used > 0
        && double.TryParse(period, NumberStyles.Integer, CultureInfo.InvariantCulture, out var of) && of > 0
            ? used / of
            : null;

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No permission to look is no limit known.
            return null;
        }
    }
}
