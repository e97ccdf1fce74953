namespace Scalelab.Cli.Tests.Commands;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Set_InTheStacksFile_KeepsWhatElseStandsThere()
    {
        await using var lab = new TestLab();
        await File.WriteAllTextAsync(lab.StackFile, "# The first one.\nconfig:\n  scalelab:a: 1 # one\n  other:b: { c: d }\n", TestLab.Cancellation);

        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "set", "pod", "a", "2"));
        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "set", "pod", "other:b.e[0]", "true", "--path"));

        Assert.Equal("# The first one.\nconfig:\n  scalelab:a: \"2\" # one\n  other:b: { c: d, e: [ true ] }\n", await File.ReadAllTextAsync(lab.StackFile, TestLab.Cancellation));
        Assert.Equal("2\n", (await lab.RunAsync("config", "get", "pod", "a")).Output);
        Assert.Equal("""{"c":"d","e":[true]}""" + "\n", (await lab.RunAsync("config", "get", "pod", "other:b")).Output);
        Assert.Equal("true\n", (await lab.RunAsync("config", "get", "pod", "other:b.e[0]", "--path")).Output);
    }

    [Fact]
    public async Task Set_OfASecretFromStandardInput_EncryptsIt()
    {
        await using var lab = new TestLab();
        lab.Input = "hunter22 and more\n";

        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "set", "pod", "token", "--secret"));

        var file = await File.ReadAllTextAsync(lab.StackFile, TestLab.Cancellation);
        Assert.StartsWith("config:\n  scalelab:token:\n    secure: v1:", file, StringComparison.Ordinal);
        Assert.Equal("hunter22 and more\n", (await lab.RunAsync("config", "get", "pod", "token")).Output);
        Assert.Equal("KEY    VALUE\ntoken  [secret]\n", (await lab.RunAsync("config", "ls", "pod")).Output);
        Assert.Equal("KEY    VALUE\ntoken  hunter22 and more\n", (await lab.RunAsync("config", "ls", "pod", "--show-secrets")).Output);
        Assert.Equal("{\n  \"scalelab:token\": {\n    \"secret\": true\n  }\n}\n", (await lab.RunAsync("config", "ls", "pod", "--json")).Output);
        Assert.All(
            Directory.EnumerateFiles(Path.GetDirectoryName(lab.Project)!, "*", SearchOption.AllDirectories),
            path => Assert.DoesNotContain("hunter22", File.ReadAllText(path), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Set_OfASecretWithAPassphrase_WritesTheSaltBesideIt()
    {
        await using var lab = new TestLab();
        await File.WriteAllTextAsync(lab.StackFile, "secretsprovider: passphrase\nconfig:\n  scalelab:a: 1\n", TestLab.Cancellation);
        lab.Variables["PULUMI_CONFIG_PASSPHRASE"] = "correct horse";

        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "set", "pod", "map.token", "hunter22", "--secret", "--path"));

        var file = await File.ReadAllTextAsync(lab.StackFile, TestLab.Cancellation);
        Assert.Contains("\nencryptionsalt: v1:", file, StringComparison.Ordinal);
        Assert.Contains("  scalelab:map: { token: { secure: v1:", file, StringComparison.Ordinal);
        Assert.Equal("""{"token":"hunter22"}""" + "\n", (await lab.RunAsync("config", "get", "pod", "map")).Output);
        Assert.Equal("hunter22\n", (await lab.RunAsync("config", "get", "pod", "map.token", "--path")).Output);
        Assert.Contains("""map  {"token":"[secret]"}""", (await lab.RunAsync("config", "ls", "pod")).Output, StringComparison.Ordinal);
        lab.Variables.Clear();
        Assert.Contains("PULUMI_CONFIG_PASSPHRASE", (await lab.RunAsync("config", "get", "pod", "map")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await lab.RunAsync("config", "ls", "pod")).Code);
    }

    [Fact]
    public async Task Remove_OfAValue_AndOfNone()
    {
        await using var lab = new TestLab();
        await File.WriteAllTextAsync(lab.StackFile, "config:\n  scalelab:a: 1\n  scalelab:b: [x, y]\n", TestLab.Cancellation);

        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "rm", "pod", "a"));
        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("config", "rm", "pod", "b[0]", "--path"));
        var (code, _, error) = await lab.RunAsync("config", "rm", "pod", "a");

        Assert.Equal("config:\n  scalelab:b: [y]\n", await File.ReadAllTextAsync(lab.StackFile, TestLab.Cancellation));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("has no value 'a'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get pod nothing", "has no configuration value 'nothing'. It has: scalelab:a.")]
    [InlineData("get pud a", "Stack 'pud' does not exist")]
    [InlineData("set pod a..b x --path", "is not a property path")]
    [InlineData("set pod m.secure x --path", "'secure' marks encrypted values")]
    [InlineData("set pod b", "No value was given")]
    public async Task Config_OfAMistake_SaysWhichAndChangesNothing(string line, string mistake)
    {
        await using var lab = new TestLab();
        await File.WriteAllTextAsync(lab.StackFile, "config:\n  scalelab:a: 1\n", TestLab.Cancellation);

        var (code, output, error) = await lab.RunAsync(["config", .. line.Split(' ')]);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains(mistake, error, StringComparison.Ordinal);
        Assert.Equal("config:\n  scalelab:a: 1\n", await File.ReadAllTextAsync(lab.StackFile, TestLab.Cancellation));
    }
}
