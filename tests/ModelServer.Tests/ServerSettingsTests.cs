using Microsoft.Extensions.Configuration;

namespace Scalelab.ModelServer.Tests;

public sealed class ServerSettingsTests
{
    [Theory]
    [InlineData(null, "http://0.0.0.0:5000")]
    [InlineData("", "http://0.0.0.0:5000")]
    [InlineData("127.10.0.4", "http://127.10.0.4:5000")]
    [InlineData("fd00::4", "http://[fd00::4]:5000")]
    public void From_PodIp_DecidesWhereToListen(string? podIp, string expected) =>
        Assert.Equal(expected, ServerSettings.From(Configuration(("POD_IP", podIp))).Url);

    [Fact]
    public void From_PodIpIsNoAddress_IsRefused()
    {
        var refused = Assert.Throws<SettingsException>(() => ServerSettings.From(Configuration(("POD_IP", "pod"))));

        Assert.Contains("POD_IP is 'pod'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "b", "a")]
    [InlineData("", "b", "b")]
    [InlineData(null, "b", "b")]
    public void From_PodNameOrHostName_NamesThePod(string? podName, string? hostName, string expected) =>
        Assert.Equal(expected, PodIdentity.From(Configuration(("POD_NAME", podName), ("HOSTNAME", hostName))).Name);

    [Fact]
    public void From_NoName_TakesTheMachines() => Assert.Equal(Environment.MachineName, PodIdentity.From(Configuration()).Name);

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();
}
