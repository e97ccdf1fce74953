using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.State;

public sealed class SnapshotFormatTests : IDisposable
{
    // Every field that apitype.ResourceV3 and DeploymentV3 have, whether the engine uses it or not, and one that nobody has yet.
    private const string Everything = """
        {
          "version": 4,
          "features": ["hooks", "refreshBeforeUpdate", "replaceWith", "taint"],
          "deployment": {
            "manifest": {
              "time": "2026-03-01T10:11:12.123456789+02:00",
              "magic": "fe3dc00f7186e0a331f9449e5c39fd7b30c43d4ff6326c24c1c51d4ce5d1ec4a",
              "version": "v3.190.0",
              "plugins": [ { "name": "kubernetes", "path": "/p/k", "type": "resource", "version": "4.32.0" } ]
            },
            "secrets_providers": { "type": "passphrase", "state": { "salt": "SALT" } },
            "resources": [
              { "urn": "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev", "custom": false, "type": "pulumi:pulumi:Stack", "outputs": { "url": "http://x/" } },
              {
                "urn": "urn:pulumi:dev::lab::pulumi:providers:fake::default", "custom": true, "id": "5f9a", "type": "pulumi:providers:fake",
                "inputs": { "version": "1.0.0" }, "outputs": { "version": "1.0.0" }
              },
              {
                "urn": "urn:pulumi:dev::lab::fake:index:Thing::first", "custom": true, "id": "f-1", "type": "fake:index:Thing",
                "inputs": {
                  "password": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "TEXT" },
                  "login": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "OBJECT" },
                  "nested": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "NESTED" },
                  "nothing": null, "whole": 5, "part": 1.5, "large": 1e+300, "flag": false, "list": [1, "two", null, { "a": [] }],
                  "asset": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "hash": "ab", "text": "hello" },
                  "reference": { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev", "packageVersion": "" }
                },
                "outputs": { "echo": "e" },
                "parent": "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev",
                "provider": "urn:pulumi:dev::lab::pulumi:providers:fake::default::5f9a"
              },
              {
                "urn": "urn:pulumi:dev::lab::fake:index:Thing::second", "custom": true, "delete": true, "id": "s-1", "type": "fake:index:Thing",
                "parent": "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev", "protect": true, "taint": true, "external": true,
                "dependencies": ["urn:pulumi:dev::lab::fake:index:Thing::first"], "initErrors": ["not ready"],
                "provider": "urn:pulumi:dev::lab::pulumi:providers:fake::default::5f9a",
                "propertyDependencies": { "a": ["urn:pulumi:dev::lab::fake:index:Thing::first"], "b": [] },
                "pendingReplacement": true, "additionalSecretOutputs": ["token"], "aliases": ["urn:pulumi:dev::lab::fake:index:Thing::old"],
                "customTimeouts": { "create": 300, "update": 1.5, "delete": 60, "read": 2 }, "importID": "i-1", "retainOnDelete": true,
                "deletedWith": "urn:pulumi:dev::lab::fake:index:Thing::first", "replaceWith": ["urn:pulumi:dev::lab::fake:index:Thing::first"],
                "created": "2026-01-01T00:00:00.123456789Z", "modified": "2026-01-02T00:00:00Z", "sourcePosition": "project:///Program.cs#3,1",
                "stackTrace": [ { "sourcePosition": "project:///Program.cs#3,1" } ], "ignoreChanges": ["spec.replicas"], "hideDiff": ["a.b"], "replaceOnChanges": ["size"],
                "replacementTrigger": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "TEXT" },
                "refreshBeforeUpdate": true, "resourceHooks": { "beforeCreate": ["h"] }, "fieldOfTomorrow": { "x": [1] }
              }
            ],
            "pending_operations": [
              { "resource": { "urn": "urn:pulumi:dev::lab::fake:index:Thing::third", "custom": true, "type": "fake:index:Thing", "importID": "x" }, "type": "creating" },
              { "resource": { "urn": "urn:pulumi:dev::lab::fake:index:Thing::first", "custom": true, "id": "f-1", "type": "fake:index:Thing" }, "type": "reading" }
            ],
            "metadata": { "integrity_error": { "version": "v3.1.0", "command": "pulumi up", "error": "e" } }
          }
        }
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadAndWrite_OfEverythingTheCliKnows_LosesNothing()
    {
        var format = Format(out _);

        var written = Write(format, format.Read(Bytes(Fixture)));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Fixture), JsonNode.Parse(written)), written);
    }

    [Fact]
    public void Read_OfACliFile_DecryptsSecretsInAllTheirForms()
    {
        var inputs = Format(out _).Read(Bytes(Fixture)).Resources[2].Inputs;

        Assert.Equal(PropertyValue.Secret("s3cr3t"), inputs["password"]);
        Assert.Equal(PropertyValue.Secret(TestStack.Map(("user", "ada"), ("pin", 1234))), inputs["login"]);
        Assert.Equal(PropertyValue.Secret(TestStack.Map(("deep", PropertyValue.Secret("inner")))), inputs["nested"]);
    }

    [Fact]
    public void Write_WithAnotherManager_EncryptsEverySecretAnew()
    {
        var snapshot = Format(out var providers).Read(Bytes(Fixture));

        var written = Write(new SnapshotFormat(providers.Desk, providers), snapshot);

        Assert.DoesNotContain(Vectors.Text, written, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", written, StringComparison.Ordinal);
        var read = new SnapshotFormat(providers.Desk, providers).Read(Bytes(written));
        Assert.Equal(snapshot.Resources[2].Inputs["password"], read.Resources[2].Inputs["password"]);
        Assert.Equal(PropertyValue.Secret("s3cr3t"), read.Resources[3].ReplacementTrigger);
    }

    [Fact]
    public void Write_WithoutAManager_ShowsSecretsAsTheCliDoes()
    {
        var snapshot = Format(out var providers).Read(Bytes(Fixture));

        var written = JsonNode.Parse(Write(new SnapshotFormat(secrets: null, providers), snapshot))!["deployment"]!;

        Assert.Equal("passphrase", written["secrets_providers"]!["type"]!.GetValue<string>());
        var password = written["resources"]![2]!["inputs"]!["password"]!;
        Assert.Equal("\"s3cr3t\"", password["plaintext"]!.GetValue<string>());
        Assert.Null(password["ciphertext"]);
        Assert.Equal(PropertyValue.Secret("s3cr3t"), Format(out _).Read(Bytes(written.Parent!.ToJsonString())).Resources[2].Inputs["password"]);
    }

    [Theory]
    [InlineData("""{"version":5,"deployment":{}}""", "its version is 5; versions 1 to 4 are understood")]
    [InlineData("""{"version":0,"deployment":{}}""", "its version is 0")]
    [InlineData("""{"version":4,"features":["views","taint"],"deployment":{}}""", "features that the embedded engine does not have: views.")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:C","inputs":{"x":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270"}}}]}}""", "either 'ciphertext' or 'plaintext'")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:D"}]}}""", "its 'type' is 'a:b:D'")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:C","created":"yesterday"}]}}""", "not a time")]
    [InlineData("""{"version":3,"deployment":{"resources":[{"urn":"nobody"}]}}""", "'nobody' is not a URN")]
    public void Read_OfWhatIsNotUnderstood_SaysWhy(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Format(out _).Read(Bytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OfASecretThatIsNotJson_DoesNotQuoteIt()
    {
        var text = """{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:C","inputs":{"x":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"hunter22"}}}]}}""";

        Assert.DoesNotContain("hunter22", Assert.Throws<FormatException>(() => Format(out _).Read(Bytes(text))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnOldVersion_TakesDependenciesToAffectEveryInput()
    {
        var snapshot = Format(out _).Read(Bytes("""
            {"version":2,"deployment":{"manifest":{},"resources":[
            {"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:C"},
            {"urn":"urn:pulumi:s::p::a:b:C::m","type":"a:b:C","inputs":{"x":1},"dependencies":["urn:pulumi:s::p::a:b:C::n"]}]}}
            """));

        Assert.Equal(snapshot.Resources[1].Dependencies, snapshot.Resources[1].PropertyDependencies["x"]);
    }

    [Theory]
    [InlineData("service")]
    [InlineData("cloud")]
    [InlineData("tomorrow's")]
    public void Read_OfCiphertextsOfAnUnsupportedManager_SaysWhatToDo(string type)
    {
        var text = $$$"""{"version":3,"deployment":{"secrets_providers":{"type":"{{{type}}}","state":{}},"resources":[{"urn":"urn:pulumi:s::p::a:b:C::n","type":"a:b:C","inputs":{"x":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"c"} } }]} }""";

        var error = Assert.Throws<EngineException>(() => Format(out _).Read(Bytes(text)));

        Assert.Contains($"'{type}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("change-secrets-provider passphrase", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnUnsupportedManagerWithoutCiphertexts_IsNoProblem() =>
        Assert.True(Format(out _).Read(Bytes("""{"version":3,"deployment":{"secrets_providers":{"type":"service","state":{}}}}""")).IsEmpty);

    [Fact]
    public void Write_OfNumbersThatJsonLacks_SignsThem()
    {
        var format = Format(out _);
        var state = new ResourceState { Urn = TestStack.Thing("a"), Custom = true, Inputs = TestStack.Map(("nan", double.NaN), ("infinite", double.NegativeInfinity)) };

        var read = format.Read(Bytes(Write(format, new Snapshot([state], []))));

        Assert.Equal(state.Inputs, read.Resources[0].Inputs);
    }

    private static string Fixture => Everything
        .Replace("SALT", Vectors.Salt, StringComparison.Ordinal)
        .Replace("\"TEXT\"", $"\"{Vectors.Text}\"", StringComparison.Ordinal)
        .Replace("OBJECT", Vectors.Object, StringComparison.Ordinal)
        .Replace("NESTED", Vectors.Nested, StringComparison.Ordinal);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Write(SnapshotFormat format, Snapshot snapshot)
    {
        using var stream = new MemoryStream();
        format.Write(stream, snapshot);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private SnapshotFormat Format(out SecretsProviders providers)
    {
        providers = new SecretsProviders(_folder.Path, name => name == Passphrase.Variable ? Vectors.Passphrase : null);
        return new SnapshotFormat(new PassphraseSecretsManager(Vectors.Salt, providers.Passphrase), providers);
    }
}
