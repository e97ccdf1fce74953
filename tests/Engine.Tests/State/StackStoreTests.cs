using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.State;

public sealed class StackStoreTests : IDisposable
{
    private readonly TestStack _stack = new();
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task ExportAndImport_OfADeployedStack_ChangesNothing()
    {
        await _stack.UpAsync(Program);
        var export = Store.Export("dev", showSecrets: false);

        var import = await Store.ImportAsync("dev", export.Json, force: false);

        Assert.Empty(import.Problems);
        Assert.True(export.NeedsDeskKey);
        Assert.False((await _stack.UpAsync(Program)).HasChanges);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(export.Json.Span), JsonNode.Parse(Encoding.UTF8.GetString(Store.Export("dev", showSecrets: false).Json.Span))));
    }

    [Fact]
    public async Task Export_WithAPassphraseGiven_IsForTheCli()
    {
        await _stack.UpAsync(Program);
        _variables["PULUMI_CONFIG_PASSPHRASE"] = "for the journey";

        var export = Store.Export("dev", showSecrets: false);
        var json = JsonNode.Parse(export.Json.Span)!["deployment"]!;

        Assert.False(export.NeedsDeskKey);
        Assert.Equal("passphrase", json["secrets_providers"]!["type"]!.GetValue<string>());
        Assert.DoesNotContain("s3cr3t", json.ToJsonString(), StringComparison.Ordinal);
        await Store.ImportAsync("dev", export.Json, force: false);
        Assert.Equal(PropertyValue.Secret("s3cr3t"), _stack.State.Resources[^1].Inputs["password"]);
    }

    [Fact]
    public async Task Export_ShowingSecrets_WritesThemInClear()
    {
        await _stack.UpAsync(Program);

        Assert.Contains("\"plaintext\": \"\\\"s3cr3t\\\"\"", Encoding.UTF8.GetString(Store.Export("dev", showSecrets: true).Json.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAnEarlierVersion_IsTheStateThatThatUpdateLeft()
    {
        await _stack.UpAsync(Program);
        var first = Text(Store.Export("dev", showSecrets: true));
        await _stack.UpAsync(async program => await program.StackAsync());

        Assert.Equal(first, Text(Store.Export("dev", showSecrets: true, version: 1)));
        Assert.DoesNotContain("s3cr3t", Text(Store.Export("dev", showSecrets: true)), StringComparison.Ordinal);
        Assert.Contains("version 7", Assert.Throws<EngineException>(() => Store.Export("dev", showSecrets: true, version: 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_OfAStackThatWasNeverDeployed_IsEmpty()
    {
        var json = JsonNode.Parse(Store.Export("dev", showSecrets: false).Json.Span)!;

        Assert.Equal(3, json["version"]!.GetValue<int>());
        Assert.Null(json["deployment"]!["resources"]);
        Assert.NotNull(json["deployment"]!["manifest"]);
    }

    [Theory]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:prod::lab::a:b:C::n","type":"a:b:C"}]}}""", "belongs to stack 'prod' of project 'lab', not to 'dev' of 'lab'")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C"},{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C"}]}}""", "is listed twice")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C","parent":"urn:pulumi:dev::lab::a:b:C::m"}]}}""", "(its parent), which is missing")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C","custom":true,"provider":"urn:pulumi:dev::lab::pulumi:providers:a::x::1"}]}}""", "needs the provider")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C","dependencies":["urn:pulumi:dev::lab::a:b:C::m"]},{"urn":"urn:pulumi:dev::lab::a:b:C::m","type":"a:b:C"}]}}""", "not listed before it")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"resources":[]}""", "'version' is missing")]
    public async Task Import_OfABrokenState_SaysWhatIsWrongAndChangesNothing(string json, string expected)
    {
        await _stack.UpAsync(Program);
        var before = StateImage.Take(_stack);

        var error = await Assert.ThrowsAsync<EngineException>(() => Store.ImportAsync("dev", Encoding.UTF8.GetBytes(json), force: false));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, StateImage.Take(_stack));
    }

    [Fact]
    public async Task Import_OfABrokenStateByForce_TakesItAndKeepsTheOneBefore()
    {
        await _stack.UpAsync(Program);
        var before = await File.ReadAllTextAsync(_stack.StatePath, TestContext.Current.CancellationToken);

        var import = await Store.ImportAsync("dev", Encoding.UTF8.GetBytes("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:prod::lab::a:b:C::n","type":"a:b:C"}]}}"""), force: true);

        Assert.Single(import.Problems);
        Assert.Equal(before, await File.ReadAllTextAsync(import.Kept!, TestContext.Current.CancellationToken));
        Assert.Equal("import", Store.History("dev")[0].Kind);
    }

    [Fact]
    public async Task Import_OfAStateThatWasPutTogetherByHand_SignsItForTheCli()
    {
        await Store.ImportAsync("dev", Encoding.UTF8.GetBytes("""{"version":3,"deployment":{"manifest":{"time":"2026-01-01T00:00:00Z","magic":"abc","version":"v3.190.0"}}}"""), force: false);

        var magic = JsonNode.Parse(Store.Export("dev", showSecrets: false).Json.Span)!["deployment"]!["manifest"]!["magic"]!.GetValue<string>();
        Assert.Equal("12f16485067e417d28666248039cc5d9176b7e24c4e20455e71f58c0be1b7a0c", magic);
    }

    [Fact]
    public async Task Import_OfACliStateWithPendingOperations_LetsTheNextUpdateResolveThem()
    {
        _variables["PULUMI_CONFIG_PASSPHRASE"] = Vectors.Passphrase;
        var import = await Store.ImportAsync("dev", Encoding.UTF8.GetBytes($$"""
            {"version":3,"deployment":{"manifest":{"time":"2026-01-01T00:00:00Z","magic":"","version":""},
            "secrets_providers":{"type":"passphrase","state":{"salt":"{{Vectors.Salt}}"} },
            "resources":[
            {"urn":"urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev","custom":false,"type":"pulumi:pulumi:Stack"},
            {"urn":"urn:pulumi:dev::lab::pulumi:providers:fake::default","custom":true,"id":"5f9a","type":"pulumi:providers:fake"}],
            "pending_operations":[{"type":"creating","resource":{"urn":"urn:pulumi:dev::lab::fake:index:Thing::a","custom":true,"type":"fake:index:Thing",
            "inputs":{"id":"a-1","password":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"{{Vectors.Text}}" } },
            "parent":"urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev","provider":"urn:pulumi:dev::lab::pulumi:providers:fake::default::5f9a"} }]} }
            """), force: false);
        _stack.Cloud.Resources["a-1"] = Map(("id", "a-1"));

        var result = await _stack.UpAsync(Program);

        Assert.Equal(1, import.PendingOperations);
        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal("a-1", Assert.Single(_stack.Cloud.Resources).Key);
    }

    [Fact]
    public async Task Import_WhileAnUpdateRuns_IsRefused()
    {
        var export = Store.Export("dev", showSecrets: false);
        using var running = StackLock.Take(_stack.StateFolder, "dev", "up", TimeProvider.System);

        Assert.Contains("Another update", (await Assert.ThrowsAsync<EngineException>(() => Store.ImportAsync("dev", export.Json, force: true))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfAllStacks_CountsResourcesWithoutAnyKey()
    {
        await _stack.UpAsync(Program);
        File.Delete(Path.Combine(_stack.StateFolder, "secrets.key"));
        await File.WriteAllTextAsync(Path.Combine(_stack.Folder, "Pulumi.other.yaml"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_stack.StateFolder, "broken.json"), "{", TestContext.Current.CancellationToken);

        var stacks = Store.List();

        Assert.Equal(["broken", "dev", "other"], stacks.Select(stack => stack.Name));
        Assert.Equal([null, 3, 0], stacks.Select(stack => stack.ResourceCount));
        Assert.NotNull(stacks[0].Problem);
        Assert.NotNull(stacks[1].LastUpdate);
        Assert.Null(stacks[2].LastUpdate);
    }

    [Fact]
    public async Task Remove_OfAStackWithResources_NeedsForce()
    {
        await _stack.UpAsync(Program);

        Assert.Contains("still records 3 resources", Assert.Throws<EngineException>(() => Store.Remove("dev", force: false, preserveConfig: false)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_stack.StatePath));
        Store.Remove("dev", force: true, preserveConfig: true);
        Assert.False(File.Exists(_stack.StatePath));
        Assert.Empty(Store.History("dev"));
        Assert.True(File.Exists(Path.Combine(_stack.Folder, "Pulumi.dev.yaml")));
        Store.Remove("dev", force: false, preserveConfig: false);
        Assert.False(File.Exists(Path.Combine(_stack.Folder, "Pulumi.dev.yaml")));
    }

    [Fact]
    public async Task History_OfUpdates_TellsKindResultAndChanges()
    {
        await _stack.UpAsync(Program);
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", Map(("fail", "create")));
        });
        await _stack.PreviewAsync(Program);
        await _stack.DestroyAsync();

        var history = Store.History("dev");

        Assert.Equal([(3, "destroy", "succeeded"), (2, "update", "failed"), (1, "update", "succeeded")], history.Select(update => (update.Version, update.Kind, update.Result)));
        Assert.Equal(2, history[2].ResourceChanges["create"]);
    }

    [Fact]
    public async Task Import_OfACloudsCiphertexts_SaysWhatToDoInstead()
    {
        var json = """{"version":3,"deployment":{"secrets_providers":{"type":"service","state":{}},"resources":[{"urn":"urn:pulumi:dev::lab::a:b:C::n","type":"a:b:C","inputs":{"x":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"c"} } }]} }""";

        var error = await Assert.ThrowsAsync<EngineException>(() => Store.ImportAsync("dev", Encoding.UTF8.GetBytes(json), force: true));

        Assert.Contains("change-secrets-provider passphrase", error.Message, StringComparison.Ordinal);
    }

    private StackStore Store => new(_stack.Options().Project, _stack.StateFolder, _variables.GetValueOrDefault, TimeProvider.System);

    private static string Text(StackExport export) => Encoding.UTF8.GetString(export.Json.Span);

    private static async Task Program(ProgramClient program)
    {
        await program.StackAsync();
        await program.RegisterAsync("a", Map(("id", "a-1"), ("password", PropertyValue.Secret("s3cr3t"))));
    }
}
