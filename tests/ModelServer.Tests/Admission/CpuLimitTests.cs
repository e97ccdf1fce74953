using Microsoft.Extensions.Configuration;
using Scalelab.ModelServer.Admission;

namespace Scalelab.ModelServer.Tests.Admission;

public sealed class CpuLimitTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("150000 100000", 1.5)]
    [InlineData("max 100000", 8)]
    [InlineData("1600000 100000", 8)]
    [InlineData("nonsense", 8)]
    public void Cores_Version2_IsTheQuota(string content, double expected)
    {
        File.WriteAllText(Path.Combine(_root, "cpu.max"), $"{content}\n");

        Assert.Equal(expected, CpuLimit.Cores(_root, 8));
    }

    [Theory]
    [InlineData("50000", 0.5)]
    [InlineData("-1", 8)]
    public void Cores_Version1_IsTheQuota(string quota, double expected)
    {
        Directory.CreateDirectory(Path.Combine(_root, "cpu"));
        File.WriteAllText(Path.Combine(_root, "cpu", "cpu.cfs_quota_us"), quota);
        File.WriteAllText(Path.Combine(_root, "cpu", "cpu.cfs_period_us"), "100000");

        Assert.Equal(expected, CpuLimit.Cores(_root, 8));
    }

    [Fact]
    public void Cores_NoControlGroup_AreTheMachines() => Assert.Equal(8, CpuLimit.Cores(_root, 8));

    [Theory]
    [InlineData(4, null, null, 4, 1)]
    [InlineData(2.5, null, null, 3, 1)]
    [InlineData(0.5, null, null, 1, 1)]
    [InlineData(4, "auto", null, 1, 4)]
    [InlineData(2.5, "auto", null, 2, 2)]
    [InlineData(4, "2", null, 2, 2)]
    [InlineData(4, null, "7", 7, 1)]
    public void From_Cores_DecideWorkersAndThreads(double cores, string? threads, string? workers, int expectedWorkers, int expectedThreads)
    {
        var settings = AdmissionSettings.From(Configuration(("INTRA_OP_THREADS", threads), ("WORKERS", workers)), cores);

        Assert.Equal((expectedWorkers, expectedThreads), (settings.Workers, settings.IntraOpThreads));
    }

    [Theory]
    [InlineData("WORKERS", "0")]
    [InlineData("QUEUE_LIMIT", "many")]
    [InlineData("MAX_BATCH_SIZE", "1025")]
    [InlineData("INTRA_OP_THREADS", "1.5")]
    public void From_NumberOutOfRange_IsRefused(string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => AdmissionSettings.From(Configuration((key, value)), 1));

        Assert.StartsWith($"{key} is '{value}'.", refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();
}
