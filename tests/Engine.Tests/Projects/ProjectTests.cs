using Scalelab.Engine.Projects;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Projects;

public sealed class ProjectTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfFullProject_ReadsFoldersAndStacks()
    {
        _folder.File("Pulumi.yaml", "name: lab\nruntime: {name: dotnet}\nmain: infra\nstackConfigDir: stacks\n");
        _folder.File("stacks/Pulumi.pod.yaml", "");
        _folder.File("stacks/Pulumi.lb.yaml", "");
        _folder.File("stacks/notes.yaml", "");

        var project = PulumiProject.Load(_folder.Path);

        Assert.Equal("lab", project.Name);
        Assert.Equal(Path.Combine(_folder.Path, "infra"), project.ProgramFolder);
        Assert.Equal(["lb", "pod"], project.Stacks);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("options: {}\n", false)]
    [InlineData("options: { refresh: always }\n", true)]
    public void Load_OfAProject_ReadsWhetherUpdatesLookFirst(string options, bool expected)
    {
        Project($"name: lab\nruntime: dotnet\n{options}");

        Assert.Equal(expected, PulumiProject.Load(_folder.Path).RefreshesAlways);
    }

    [Fact]
    public void Load_OfAProjectThatRefreshesSometimes_SaysWhichWordThereIs()
    {
        Project("name: lab\nruntime: dotnet\noptions:\n  refresh: sometimes\n");

        Assert.Contains("line 4: 'refresh: sometimes' is not an option of projects. Write 'refresh: always'", Assert.Throws<EngineException>(() => PulumiProject.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfStack_MergesDefaultsFileAndOverrides()
    {
        Project("""
            name: lab
            runtime: dotnet
            config:
              plain: from project
              lab:object: { value: { a: 1, b: [x, true] } }
              typed: { type: integer, default: 3 }
              kubernetes:context: desk
              overridden: no
            """);
        _folder.File("Pulumi.dev.yaml", """
            config:
              lab:plain: from stack
              lab:list: [1, 2.5, "3", null]
              lab:flag: true
            """);

        var config = Load(new Dictionary<string, string> { ["overridden"] = "yes", ["lab:extra"] = "1" }).Config.ToDictionary(entry => entry.Key, entry => entry.Value.Text);

        Assert.Equal("from stack", config["lab:plain"]);
        Assert.Equal("""{"a":1,"b":["x",true]}""", config["lab:object"]);
        Assert.Equal("3", config["lab:typed"]);
        Assert.Equal("desk", config["kubernetes:context"]);
        Assert.Equal("""[1,2.5,"3",null]""", config["lab:list"]);
        Assert.Equal("true", config["lab:flag"]);
        Assert.Equal("yes", config["lab:overridden"]);
        Assert.Equal("1", config["lab:extra"]);
    }

    [Fact]
    public void Load_OfUnknownStack_ListsTheKnownOnes()
    {
        Project("name: lab\nruntime: dotnet\n");
        _folder.File("Pulumi.lb.yaml", "");
        _folder.File("Pulumi.pod.yaml", "");

        Assert.Contains("Known stacks: lb, pod.", Assert.Throws<EngineException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config:\n  replicas: three\n", "replicas' is 'three', but must be a whole number")]
    [InlineData("config: {}\n", "'lab:replicas' (integer) is missing")]
    [InlineData("config: [a]\n", "line 1: 'config' must be a mapping")]
    [InlineData("config:\n  a: [1\n", "not valid YAML")]
    [InlineData("just text\n", "expected one YAML mapping")]
    public void Load_OfMistakenStack_NamesFileKeyAndRule(string stack, string expected)
    {
        Project("name: lab\nruntime: dotnet\nconfig:\n  replicas: { type: integer }\n");
        var path = _folder.File("Pulumi.dev.yaml", stack);

        var error = Assert.Throws<EngineException>(() => Load());

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runtime: dotnet\n", "'name' is missing")]
    [InlineData("name: lab\nruntime: go\n", "runtime 'go'")]
    [InlineData("name: lab\nruntime: dotnet\nconfig: { a: { type: float } }\n", "type 'float'")]
    [InlineData("name: lab\nruntime: dotnet\nconfig: { a: { b: 1 } }\n", "'b' is not a field")]
    [InlineData("name: [lab]\nruntime: dotnet\n", "'name' must be a text")]
    public void Load_OfMistakenProject_SaysWhatIsWrong(string text, string expected)
    {
        Project(text);

        Assert.Contains(expected, Assert.Throws<EngineException>(() => PulumiProject.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutProject_SaysWhereItLooked() =>
        Assert.Contains(_folder.Path, Assert.Throws<EngineException>(() => PulumiProject.Load(_folder.Path)).Message, StringComparison.Ordinal);

    private void Project(string text) => _folder.File("Pulumi.yaml", text);

    private StackSettings Load(IReadOnlyDictionary<string, string>? overrides = null) => StackSettings.Load(PulumiProject.Load(_folder.Path), "dev", overrides);
}
