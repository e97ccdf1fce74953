using System.Text.Json;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class SecretTests : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithSecretInput_KeepsItOutOfStateAndEvents()
    {
        await _stack.UpAsync(program => Program(program, "first value"));
        await _stack.UpAsync(program => Program(program, Password));

        var state = await File.ReadAllTextAsync(_stack.StatePath, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Password, state, StringComparison.Ordinal);
        Assert.Contains("ciphertext", state, StringComparison.Ordinal);
        var told = string.Join('\n', _stack.Events.All.Where(told => told is not Summary).Select(told => JsonSerializer.Serialize<object>(told)));
        Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
        Assert.DoesNotContain("first value", told, StringComparison.Ordinal);
        Assert.Contains("[secret]", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithSecretInput_GivesTheProgramASecretOutput()
    {
        PropertyMap? outputs = null;
        var result = await _stack.UpAsync(async program =>
        {
            var stack = await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("password", PropertyValue.Secret(Password))));
            outputs = ProgramClient.Read(a.Object);
            await program.OutputsAsync(stack, Map(("password", outputs["password"])));
        });

        Assert.Equal(PropertyValue.Secret(Password), outputs!["password"]);
        Assert.True(result.Outputs["password"].IsSecret);
        Assert.Equal(Password, StackState.Read(_stack.StateFolder, Name)!.Outputs["password"].Value!.GetValue<string>());
    }

    [Fact]
    public async Task Up_WithAdditionalSecretOutputs_MarksThem()
    {
        var result = await _stack.UpAsync(async program =>
        {
            var stack = await program.StackAsync();
            var a = await program.RegisterAsync("a", options: request => request.AdditionalSecretOutputs.Add("echo"));
            await program.OutputsAsync(stack, Map(("echo", ProgramClient.Read(a.Object)["echo"])));
        });

        Assert.True(result.Outputs["echo"].IsSecret);
    }

    [Fact]
    public async Task Up_WithUnchangedSecret_TouchesNothing()
    {
        await _stack.UpAsync(program => Program(program, Password));
        var before = await File.ReadAllBytesAsync(_stack.StatePath, TestContext.Current.CancellationToken);
        var result = await _stack.UpAsync(program => Program(program, Password));

        Assert.False(result.HasChanges);
        Assert.Equal(before, await File.ReadAllBytesAsync(_stack.StatePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Log_OfASecretByTheProgram_IsBlottedOut()
    {
        await _stack.UpAsync(async program =>
        {
            await Program(program, Password);
            await program.Engine.LogAsync(new() { Severity = Pulumirpc.LogSeverity.Info, Message = $"connecting with {Password} now" });
        });

        Assert.Contains(_stack.Events.All.OfType<Diagnostic>(), diagnostic => diagnostic.Message == "connecting with [secret] now");
    }

    [Fact]
    public async Task KeyFile_OfTheDesk_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await _stack.UpAsync(program => Program(program, Password));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_stack.StateFolder, "secrets.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_stack.StatePath));
    }

    private static async Task Program(ProgramClient program, string password)
    {
        await program.StackAsync();
        await program.RegisterAsync("a", Map(("password", PropertyValue.Secret(password))));
    }
}
