using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Deployments;

[Collection(EnvironmentCollection.Name)]
public sealed class ConfigTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["project:text"] = "hello",
        ["project:yes"] = "true",
        ["project:count"] = "3",
        ["project:ratio"] = "0.5",
        ["project:object"] = """{"Name":"n","Size":2}""",
        ["project:config:old"] = "kept",
        ["other:text"] = "elsewhere",
        ["project:token"] = "s3cret",
    };

    [Fact]
    public Task Get_EveryType_ReadsIt()
        => RunAsync(() =>
        {
            var config = new Config();
            Assert.Equal("hello", config.Get("text"));
            Assert.True(config.GetBoolean("yes"));
            Assert.Equal(3, config.GetInt32("count"));
            Assert.Equal(0.5, config.GetDouble("ratio"));
            Assert.Equal(new Settings("n", 2), config.GetObject<Settings>("object"));
            Assert.Equal("kept", config.Require("old"));
            Assert.Equal("elsewhere", new Config("other").Require("text"));
            Assert.Equal("elsewhere", new Config("other:config").Require("text"));
        });

    [Fact]
    public Task Get_KeyNotSet_IsNull()
        => RunAsync(() =>
        {
            var config = new Config();
            Assert.Null(config.Get("none"));
            Assert.Null(config.GetBoolean("none"));
            Assert.Null(config.GetInt32("none"));
            Assert.Null(config.GetDouble("none"));
            Assert.Null(config.GetObject<Settings>("none"));
            Assert.Null(config.GetSecret("none"));
            Assert.Null(config.GetSecretInt32("none"));
            Assert.Null(config.GetSecretObject<Settings>("none"));
        });

    [Fact]
    public Task Require_KeyNotSet_NamesTheKeyAndHowToSetIt()
        => RunAsync(() =>
        {
            var config = new Config();
            Action[] reads =
            [
                () => config.Require("none"), () => config.RequireBoolean("none"), () => config.RequireInt32("none"),
                () => config.RequireDouble("none"), () => config.RequireObject<Settings>("none"), () => config.RequireSecret("none"),
                () => config.RequireSecretInt32("none"), () => config.RequireSecretObject<Settings>("none"),
            ];
            Assert.All(reads, read => Assert.Contains("pulumi config set project:none", Assert.ThrowsAny<RunException>(read).Message, StringComparison.Ordinal));
        });

    [Fact]
    public Task Get_ValueOfAnotherType_NamesKeyValueAndType()
        => RunAsync(() =>
        {
            var message = Assert.ThrowsAny<RunException>(() => new Config().GetInt32("text")).Message;
            Assert.Contains("project:text", message, StringComparison.Ordinal);
            Assert.Contains("'hello'", message, StringComparison.Ordinal);
            Assert.Contains("Int32", message, StringComparison.Ordinal);
            Assert.ThrowsAny<RunException>(() => new Config().GetBoolean("count"));
            Assert.ThrowsAny<RunException>(() => new Config().RequireObject<Settings>("text"));
        });

    [Fact]
    public Task Get_SecretOfAnotherType_KeepsTheValueOutOfTheMessage()
        => RunAsync(() => Assert.DoesNotContain(
            "s3cret", Assert.ThrowsAny<RunException>(() => new Config().GetInt32("token")).Message, StringComparison.Ordinal));

    [Fact]
    public Task GetObject_OtherCase_NeedsOptions()
        => RunAsync(() =>
        {
            var config = new Config("case");
            Assert.Null(config.RequireObject<Settings>("object").Name);
            Assert.Equal("n", config.RequireObject<Settings>("object", new JsonSerializerOptions { PropertyNameCaseInsensitive = true }).Name);
        });

    [Fact]
    public Task RequireSecret_Value_IsSecret()
        => RunAsync(async () =>
        {
            Assert.Equal(Taints.Secret("hello"), await Taints.OfAsync(new Config().RequireSecret("text")));
            Assert.Equal(Taints.Secret(3), await Taints.OfAsync(new Config().GetSecretInt32("count")!));
        });

    [Fact]
    public async Task Config_NotJson_NamesTheVariable()
    {
        using var environment = new EnvironmentScope(new Dictionary<string, string?> { ["PULUMI_CONFIG"] = "{" });
        var failure = await Assert.ThrowsAsync<RunException>(() => Deployment.TestAsync(new EmptyMocks(), new TestOptions(), () => { }));

        Assert.Contains("PULUMI_CONFIG", failure.Message, StringComparison.Ordinal);
    }

    private static Task RunAsync(Action code)
        => RunAsync(() =>
        {
            code();
            return Task.CompletedTask;
        });

    private static async Task RunAsync(Func<Task> code)
    {
        using var environment = new EnvironmentScope(new Dictionary<string, string?>
        {
            ["PULUMI_CONFIG"] = JsonSerializer.Serialize(new Dictionary<string, string>(Values) { ["case:object"] = """{"name":"n"}""" }),
            ["PULUMI_CONFIG_SECRET_KEYS"] = """["project:token"]""",
        });
        await Deployment.TestAsync(new EmptyMocks(), new TestOptions(), code);
    }

    private sealed record Settings(string Name, int Size);
}
