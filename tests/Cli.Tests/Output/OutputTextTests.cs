using System.Text.Json.Nodes;
using Scalelab.Cli.Output;
using Scalelab.Engine;

namespace Scalelab.Cli.Tests.Output;

public sealed class OutputTextTests
{
    [Fact]
    public void Value_OfAString_IsBareForScripts() => Assert.Equal("a \"b\" é", OutputText.Value(new StackOutput("a \"b\" é", IsSecret: false), showSecrets: false));

    [Fact]
    public void Value_OfAStructure_IsJson() =>
        Assert.Equal("""{"a":[1,true,null]}""", OutputText.Value(new StackOutput(JsonNode.Parse("""{"a":[1,true,null]}"""), IsSecret: false), showSecrets: false));

    [Theory]
    [InlineData(false, "[secret]")]
    [InlineData(true, "abc")]
    public void Value_OfASecret_IsShownOnlyWhenAskedFor(bool showSecrets, string expected) =>
        Assert.Equal(expected, OutputText.Value(new StackOutput("abc", IsSecret: true), showSecrets));

    [Fact]
    public void Json_OfOutputs_KeepsTypesAndMasksSecrets()
    {
        var outputs = new Dictionary<string, StackOutput> { ["n"] = new(5, IsSecret: false), ["k"] = new("abc", IsSecret: true) };

        Assert.Equal("""{"k":"[secret]","n":5}""", JsonNode.Parse(OutputText.Json(outputs, showSecrets: false))!.ToJsonString());
    }
}
