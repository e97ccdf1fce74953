using System.Text.Json.Nodes;

namespace Scalelab.Cli.Tests.Commands;

public sealed class StackCommandTests
{
    private const string State = """
        {
            "version": 3,
            "deployment": {
                "manifest": {
                    "time": "2026-01-01T00:00:00Z",
                    "magic": "",
                    "version": ""
                },
                "secrets_providers": {
                    "type": "passphrase",
                    "state": {
                        "salt": "v1:AQIDBAUGBwg=:v1:AQEBAQEBAQEBAQEB:E386FCC/nLtFQ4c0goKZVfriLlkMPw=="
                    }
                },
                "resources": [
                    {
                        "urn": "urn:pulumi:pod::scalelab::pulumi:pulumi:Stack::scalelab-pod",
                        "custom": false,
                        "type": "pulumi:pulumi:Stack",
                        "outputs": {
                            "password": {
                                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                                "ciphertext": "v1:AgICAgICAgICAgIC:v5Fw2F9ZZ/7ynN4wOleGuYLk5m/d8VLO"
                            },
                            "url": "http://127.0.0.1:32000/"
                        },
                        "sourcePosition": "project:///Program.cs#3,1"
                    }
                ],
                "metadata": {}
            }
        }
        """;

    [Fact]
    public async Task ImportAndExport_OfACliStackOnItsOwnSalt_AreTheSameText()
    {
        await using var lab = Passphrased();

        var (code, output, error) = await lab.RunAsync("stack", "import", "pod");

        Assert.Equal((ExitCode.Success, "Imported 1 resources into stack 'pod'.\n", ""), (code, output, error));
        Assert.Equal((ExitCode.Success, $"{State}\n", ""), await lab.RunAsync("stack", "export", "pod"));
        Assert.Equal("s3cr3t\n", (await lab.RunAsync("output", "pod", "password", "--show-secrets")).Output);
    }

    [Fact]
    public async Task Import_OfACliStackWithoutAStackFileOfItsOwn_ComesUnderTheDesksKey()
    {
        await using var lab = Passphrased(stackFile: "config: {}\n");
        await lab.RunAsync("stack", "import", "pod");
        lab.Variables.Clear();

        var (code, output, error) = await lab.RunAsync("stack", "export", "pod");

        Assert.Equal(ExitCode.Success, code);
        Assert.Equal("scalelab-desk-key", JsonNode.Parse(output)!["deployment"]!["secrets_providers"]!["type"]!.GetValue<string>());
        Assert.Contains("set PULUMI_CONFIG_PASSPHRASE and export again", error, StringComparison.Ordinal);
        Assert.Equal("[secret]\n", (await lab.RunAsync("output", "pod", "password")).Output);
    }

    [Theory]
    [InlineData("wrong", "The passphrase in PULUMI_CONFIG_PASSPHRASE is wrong")]
    [InlineData(null, "Set PULUMI_CONFIG_PASSPHRASE to it, or PULUMI_CONFIG_PASSPHRASE_FILE")]
    public async Task Import_WithoutTheRightPassphrase_SaysSoAndChangesNothing(string? passphrase, string expected)
    {
        await using var lab = Passphrased();
        lab.Variables.Clear();
        if (passphrase is not null)
        {
            lab.Variables["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
        }

        var (code, output, error) = await lab.RunAsync("stack", "import", "pod");

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(lab.Home.Stacks, "pod.json")));
    }

    [Fact]
    public async Task Output_OfAPassphraseStackWithoutThePassphrase_ShowsWhatIsNotSecret()
    {
        await using var lab = Passphrased();
        await lab.RunAsync("stack", "import", "pod");
        lab.Variables.Clear();

        Assert.Equal("password  [secret]\nurl       http://127.0.0.1:32000/\n", (await lab.RunAsync("output", "pod")).Output);
        Assert.Contains("PULUMI_CONFIG_PASSPHRASE", (await lab.RunAsync("output", "pod", "--show-secrets")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_IntoAFileAndImportFromIt_KeepTheStateBefore()
    {
        await using var lab = Passphrased();
        await lab.RunAsync("stack", "import", "pod");
        var file = Path.Combine(lab.Home.Folder, "copy.json");

        Assert.Equal((ExitCode.Success, "", ""), await lab.RunAsync("stack", "export", "pod", "--file", file));
        var (code, output, error) = await lab.RunAsync("stack", "import", "pod", "--file", file);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        var kept = output.Split("The state before is kept in ")[1].Trim().TrimEnd('.');
        Assert.Equal(State, await File.ReadAllTextAsync(kept, TestLab.Cancellation));
    }

    [Fact]
    public async Task List_AsJson_HasTheClisForm()
    {
        await using var lab = Passphrased();
        await lab.RunAsync("stack", "import", "pod");
        await File.WriteAllTextAsync(Path.Combine(lab.Project, "stacks", "Pulumi.lb.yaml"), "config: {}\n", TestLab.Cancellation);
        lab.Variables.Clear();

        var json = JsonNode.Parse((await lab.RunAsync("stack", "ls", "--json")).Output)!;

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""[{"name":"lb","current":false,"resourceCount":0},{"name":"pod","current":false,"lastUpdate":"2026-01-01T00:00:00.000Z","updateInProgress":false,"resourceCount":1}]"""),
            json));
        Assert.Matches("^NAME  LAST UPDATE       RESOURCES\nlb    never             0\npod   .* ago .* 1\n$", (await lab.RunAsync("stack", "ls")).Output);
    }

    [Fact]
    public async Task History_AfterAnImport_ListsIt()
    {
        await using var lab = Passphrased();
        await lab.RunAsync("stack", "import", "pod");

        var update = JsonNode.Parse((await lab.RunAsync("stack", "history", "pod", "--json")).Output)![0]!;

        Assert.Equal(
            ["version", "kind", "startTime", "message", "environment", "config", "result", "endTime", "resourceChanges"],
            update.AsObject().Select(field => field.Key));
        Assert.Equal(("import", "succeeded", 1), (update["kind"]!.GetValue<string>(), update["result"]!.GetValue<string>(), update["version"]!.GetValue<int>()));
        Assert.Contains("import    succeeded", (await lab.RunAsync("stack", "history", "pod")).Output, StringComparison.Ordinal);
        Assert.Equal("No updates are recorded.\n", (await lab.RunAsync("stack", "history", "pod", "--page", "2")).Output);
    }

    [Fact]
    public async Task Remove_OfAStack_NeedsForceWhileResourcesAreRecorded()
    {
        await using var lab = Passphrased();
        await lab.RunAsync("stack", "import", "pod");

        Assert.Contains("still records 1 resources", (await lab.RunAsync("stack", "rm", "pod")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await lab.RunAsync("stack", "rm", "pod", "--force", "--preserve-config")).Code);
        Assert.True(File.Exists(lab.StackFile));
        Assert.Equal(ExitCode.Success, (await lab.RunAsync("stack", "rm", "pod")).Code);
        Assert.False(File.Exists(lab.StackFile));
        Assert.Contains("does not exist", (await lab.RunAsync("stack", "rm", "pod")).Error, StringComparison.Ordinal);
    }

    private static TestLab Passphrased(string stackFile = "encryptionsalt: v1:AQIDBAUGBwg=:v1:AQEBAQEBAQEBAQEB:E386FCC/nLtFQ4c0goKZVfriLlkMPw==\nconfig: {}\n")
    {
        var lab = new TestLab { Input = State };
        lab.Variables["PULUMI_CONFIG_PASSPHRASE"] = "correct horse";
        File.WriteAllText(lab.StackFile, stackFile);
        return lab;
    }
}
