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

    [Theory]
    [InlineData("8080", "http://0.0.0.0:8080")]
    [InlineData("5000, 8080", "http://0.0.0.0:5000;http://0.0.0.0:8080")]
    public void From_HttpPort_DecidesThePorts(string ports, string expected) => Assert.Equal(expected, ServerSettings.From(Configuration(("HTTP_PORT", ports))).Url);

    [Fact]
    public void From_GrpcPort_IsOffUnlessSet()
    {
        Assert.Null(ServerSettings.From(Configuration()).GrpcUrl);
        Assert.Equal("http://127.0.0.9:8081", ServerSettings.From(Configuration(("GRPC_PORT", "8081"), ("POD_IP", "127.0.0.9"))).GrpcUrl);
    }

    [Theory]
    [InlineData("HTTP_PORT", "web")]
    [InlineData("GRPC_PORT", "70000")]
    [InlineData("DRAIN_SECONDS", "-1")]
    [InlineData("MAX_BODY_MIB", "0")]
    [InlineData("MODEL_NAME", "a/b")]
    [InlineData("MODEL_REPOSITORY", "/nowhere")]
    public void From_ValueThatCannotBeFollowed_IsRefused(string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => ServerSettings.From(Configuration((key, value))));

        Assert.StartsWith($"{key} is '{value}'", refused.Message, StringComparison.Ordinal);
    }

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
