using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Secrets go through everything that an engine does; then every file and every message is searched for them, in all the forms that they take.</summary>
public sealed class SecretLeakTests : IDisposable
{
    private static readonly string[] Secrets = ["pa\"ss\\wörd & <more>", "a second line\nof-a-key", "config-hunter22"];

    private readonly TestStack _stack = new("encryptionsalt: SALT\nconfig:\n  lab:token: { secure: \"CONFIG\" }\n  lab:nested: { a: [{ secure: \"CONFIG\" }] }\n"
        .Replace("SALT", Vectors.Salt, StringComparison.Ordinal)
        .Replace("CONFIG", Vectors.Config, StringComparison.Ordinal))
    {
        Environment = new Dictionary<string, string> { ["PULUMI_CONFIG_PASSPHRASE"] = Vectors.Passphrase },
    };

    private readonly List<string> _told = [];

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Secrets_ThroughAllThatAnEngineDoes_StandNowhereInClear()
    {
        _stack.Cloud.After = _ => LookThrough("while an update runs");
        await RunAsync(() => _stack.UpAsync(program => Program(program, Secrets[0], fails: false)), succeeds: true);
        await RunAsync(() => _stack.PreviewAsync(program => Program(program, Secrets[1], fails: false)), succeeds: true);
        await RunAsync(() => _stack.UpAsync(program => Program(program, Secrets[1], fails: true)), succeeds: false);
        await RunAsync(() => _stack.RefreshAsync(), succeeds: true);
        await RunAsync(() => _stack.UpAsync(program => Program(program, Secrets[0], fails: false)), succeeds: true);
        var store = new StackStore(_stack.Options().Project, _stack.StateFolder, _stack.Environment.GetValueOrDefault, TimeProvider.System);
        var export = store.Export("dev", showSecrets: false);
        _told.Add(Encoding.UTF8.GetString(export.Json.Span));
        await store.ImportAsync("dev", export.Json, force: false);
        _told.Add(JsonSerializer.Serialize(store.History("dev")));
        await RunAsync(() => _stack.DestroyAsync(), succeeds: true);

        LookThrough("at the end");
        var told = string.Join('\n', _told);
        Assert.All(Forms(), form => Assert.False(told.Contains(form, StringComparison.Ordinal), $"told: …{Around(told, form)}…"));
        Assert.Contains("[secret]", told, StringComparison.Ordinal);
    }

    private async Task RunAsync(Func<Task<UpdateResult>> run, bool succeeds)
    {
        Assert.Equal(succeeds, (await run()).Succeeded);
        // The outputs of the summary are values that callers may ask for; the command line shows them as [secret].
        _told.AddRange(_stack.Events.All.Where(told => told is not Summary).Select(told => JsonSerializer.Serialize<object>(told)));
        _told.AddRange(_stack.Events.All.Where(told => told is not Summary).Select(told => told.ToString()));
        foreach (var step in _stack.Events.All.OfType<StepSucceeded>().SelectMany(told => new[] { told.Step.Old, told.Step.New }).OfType<ResourceView>())
        {
            _told.Add(step.ToJson().ToJsonString());
        }
    }

    private void LookThrough(string when)
    {
        foreach (var path in Directory.EnumerateFiles(_stack.Folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var text = file.ReadToEnd();
            Assert.All(Forms(), form => Assert.False(text.Contains(form, StringComparison.Ordinal), $"{when}: {path} holds {form}"));
        }
    }

    private static IEnumerable<string> Forms() => Secrets.SelectMany<string, string>(secret =>
    [
        secret,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
        JsonEncodedText.Encode(secret).Value,
        JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
        Uri.EscapeDataString(secret),
        .. secret.Split('\n'),
    ]);

    private static string Around(string text, string form) => text.Substring(Math.Max(0, text.IndexOf(form, StringComparison.Ordinal) - 80), 80);

    private static async Task Program(ProgramClient program, string secret, bool fails)
    {
        var stack = await program.StackAsync();
        var inputs = Map(
            ("password", PropertyValue.Secret(secret)),
            ("deep", new ListValue([Map(("key", PropertyValue.Secret(secret)))])),
            ("data", PropertyValue.Secret(Map(("token", program.Config.Values["lab:token"])))));
        await program.Engine.LogAsync(new() { Severity = Pulumirpc.LogSeverity.Debug, Message = $"got {program.Config.Values["lab:token"]}, {program.Config.Values["lab:nested"]}" });
        var a = await program.RegisterAsync("a", fails ? inputs.With("fail", "update") : inputs);
        foreach (var form in new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), JsonSerializer.Serialize(secret) })
        {
            await program.Engine.LogAsync(new() { Severity = Pulumirpc.LogSeverity.Info, Message = $"the server said {form}" });
        }

        await program.OutputsAsync(stack, Map(("password", ProgramClient.Read(a.Object)["password"])));
    }
}
