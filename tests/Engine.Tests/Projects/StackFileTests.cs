using Scalelab.Engine.Projects;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Projects;

public sealed class StackFileTests : IDisposable
{
    private const string Written = """
        # Who answers?
        config:
          # How many.
          lab:replicas: 5 # five

          lab:deployment:
            requests: { cpu: 200m, memory: 256Mi } # measured
            ports:
              - 80
              - name: http # the usual one
                port: 8080
          other:list: [a, b]
          lab:text: |
            two
            lines

        # The end.
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Set_OfAnExistingValue_TouchesNothingElse() =>
        Assert.Equal(Written.Replace("5 # five", "\"7\" # five", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:replicas"], "7")));

    [Fact]
    public void Set_OfANewKey_GoesBelowTheLastOne() =>
        Assert.Equal(Written.Replace("    lines\n", "    lines\n  lab:new: a b\n", StringComparison.Ordinal).Replace("a b\n", "\"a b\"\n", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:new"], "a b")));

    [Fact]
    public void Set_OfAPath_KeepsTheStyleAroundIt()
    {
        Assert.Equal(Written.Replace("200m", "1", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:deployment", "requests", "cpu"], "1")));
        Assert.Equal(Written.Replace("256Mi }", "256Mi, disk: 1Gi }", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:deployment", "requests", "disk"], "1Gi")));
        Assert.Equal(Written.Replace("port: 8080\n", "port: 8080\n        spare: true\n", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:deployment", "ports", 1, "spare"], "true")));
        Assert.Equal(Written.Replace("port: 8080\n", "port: 8080\n      - 443\n", StringComparison.Ordinal), Edit(file => file.Set("lab", ["lab:deployment", "ports", 2], "443")));
        Assert.Equal(Written.Replace("[a, b]", "[a, b, c]", StringComparison.Ordinal), Edit(file => file.Set("lab", ["other:list", 2], "c")));
        Assert.Equal(Written.Replace("[a, b]", "[a, x]", StringComparison.Ordinal), Edit(file => file.Set("lab", ["other:list", 1], "x")));
    }

    [Fact]
    public void Set_OfAStructuredValueToAText_ReplacesAllOfIt()
    {
        var edited = Edit(file => file.Set("lab", ["lab:deployment"], "none"));

        Assert.Contains("  lab:deployment: none\n  other:list", edited, StringComparison.Ordinal);
        Assert.DoesNotContain("requests", edited, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_OfAMissingPath_MakesWhatIsMissing()
    {
        Assert.Equal("config:\n  lab:a: { b: { c: 1 } }\n", Edit(file => file.Set("lab", ["lab:a", "b", "c"], "1"), ""));
        Assert.Equal("config:\n  lab:a: [ x ]\n", Edit(file => file.Set("lab", ["lab:a", 0], "x"), "config: {}\n"));
    }

    [Theory]
    [InlineData("", "config:\n  lab:a: x\n")]
    [InlineData("# nothing yet\n", "# nothing yet\nconfig:\n  lab:a: x\n")]
    [InlineData("config:\n", "config:\n  lab:a: x\n")]
    [InlineData("config: {}\n", "config:\n  lab:a: x\n")]
    [InlineData("config: { lab:b: 1 }\n", "config: { lab:b: 1, lab:a: x }\n")]
    [InlineData("config:\n  lab:b: 1", "config:\n  lab:b: 1\n  lab:a: x\n")]
    [InlineData("config:\r\n  lab:b: 1\r\n", "config:\r\n  lab:b: 1\r\n  lab:a: x\r\n")]
    [InlineData("config:\n  a: old\n", "config:\n  a: x\n")]
    [InlineData("config:\n  a:\n  b: 1\n", "config:\n  a: x\n  b: 1\n")]
    [InlineData("config:\n  lab:b: 1\nencryptionsalt: v1:x\n", "config:\n  lab:b: 1\n  lab:a: x\nencryptionsalt: v1:x\n")]
    public void Set_InFilesOfAllKinds_FitsIn(string before, string after) => Assert.Equal(after, Edit(file => file.Set("lab", ["lab:a"], "x"), before));

    [Theory]
    [InlineData("plain")]
    [InlineData("3")]
    [InlineData("true")]
    [InlineData("no")]
    [InlineData("")]
    [InlineData(" a ")]
    [InlineData("a: b # c")]
    [InlineData("it's \"quoted\" \\ {and} [more], all: of it")]
    [InlineData("two\nlines\tü")]
    [InlineData("- x")]
    [InlineData("*anchor")]
    [InlineData("2026-01-01")]
    public void Set_OfAnyText_ReadsBackTheSame(string value)
    {
        _folder.File("Pulumi.yaml", "name: lab\nruntime: dotnet\n");
        var path = _folder.File("Pulumi.dev.yaml", "config:\n  lab:x: { y: 1 }\n");
        var file = StackFile.Open(path);
        file.Set("lab", ["lab:a"], value);
        file.Save();

        var config = StackSettings.Load(PulumiProject.Load(_folder.Path), "dev").Config;

        Assert.Equal(value, config["lab:a"].Text);
        Assert.Equal("""{"y":1}""", config["lab:x"].Text);
    }

    [Fact]
    public void SetSecret_PutsTheCiphertextBelowSecure()
    {
        Assert.Equal("config:\n  lab:a:\n    secure: v1:AA:BB==\n  lab:b: 1\n", Edit(file => file.SetSecret("lab", ["lab:a"], "v1:AA:BB=="), "config:\n  lab:a: old\n  lab:b: 1\n"));
        Assert.Equal("config:\n  lab:a:\n    secure: v1:CC\n", Edit(file => file.SetSecret("lab", ["lab:a"], "v1:CC"), "config:\n  lab:a:\n    secure: v1:AA\n"));
        Assert.Equal("config:\n  lab:a: { x: { secure: v1:AA } }\n", Edit(file => file.SetSecret("lab", ["lab:a", "x"], "v1:AA"), "config:\n  lab:a: { x: 1 }\n"));
        Assert.Equal("config:\n  lab:a: { x: { secure: v1:AA } }\n", Edit(file => file.SetSecret("lab", ["lab:a", "x"], "v1:AA"), ""));
    }

    [Theory]
    [InlineData("config:\n  lab:a: 1\n  # b's\n  lab:b: 2\n", "config:\n  # b's\n  lab:b: 2\n")]
    [InlineData("config:\n  lab:a:\n    secure: v1:x\n  lab:b: 2\n", "config:\n  lab:b: 2\n")]
    [InlineData("config: { lab:a: 1, lab:b: 2 }\n", "config: { lab:b: 2 }\n")]
    [InlineData("config: { lab:b: 2, lab:a: 1 }\n", "config: { lab:b: 2 }\n")]
    [InlineData("config:\n  a: 1\nencryptionsalt: x\n", "config: {}\nencryptionsalt: x\n")]
    public void Remove_OfAKey_TakesItsLinesOnly(string before, string after) => Assert.Equal(after, Edit(file => Assert.True(file.Remove("lab", ["lab:a"])), before));

    [Fact]
    public void Remove_OfAPath_KeepsTheRest()
    {
        Assert.Equal(Written.Replace("      - 80\n", "", StringComparison.Ordinal), Edit(file => file.Remove("lab", ["lab:deployment", "ports", 0])));
        Assert.Equal(Written.Replace("name: http # the usual one\n        port", "port", StringComparison.Ordinal), Edit(file => file.Remove("lab", ["lab:deployment", "ports", 1, "name"])));
        Assert.Equal(Written.Replace("cpu: 200m, ", "", StringComparison.Ordinal), Edit(file => file.Remove("lab", ["lab:deployment", "requests", "cpu"])));
        Assert.Equal(Written.Replace("[a, b]", "[a]", StringComparison.Ordinal), Edit(file => file.Remove("lab", ["other:list", 1])));
    }

    [Fact]
    public void Remove_OfWhatIsNotThere_SaysSoAndChangesNothing() =>
        Assert.Equal(Written, Edit(file => Assert.False(file.Remove("lab", ["lab:nothing"]))));

    [Fact]
    public void Set_ThroughAPlainValue_SaysWhatStandsThere()
    {
        var error = Assert.Throws<EngineException>(() => Edit(file => file.Set("lab", ["lab:replicas", "x"], "1")));

        Assert.Contains("line 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("a plain value", error.Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => Edit(file => file.Set("lab", ["other:list", 5], "x")));
    }

    [Fact]
    public void Save_OfAFileForItsOwnerOnly_StaysThat()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = _folder.File("Pulumi.dev.yaml", "config: {}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var file = StackFile.Open(path);
            file.Set("lab", ["lab:a"], "x");
            file.Save();

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private string Edit(Action<StackFile> edit, string text = Written)
    {
        var path = _folder.File("Pulumi.edit.yaml", text);
        var file = StackFile.Open(path);
        edit(file);
        file.Save();
        return File.ReadAllText(path);
    }
}
