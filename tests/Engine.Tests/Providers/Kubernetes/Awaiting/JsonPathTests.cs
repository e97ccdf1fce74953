using System.Text.Json.Nodes;
using CsCheck;
using Scalelab.Engine.Providers.Kubernetes.Awaiting.JsonPaths;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class JsonPathTests
{
    // The values of the specification's examples, where there is one.
    [Theory]
    [InlineData("$", 1)]
    [InlineData(".a.b", "1")]
    [InlineData("$['a']['b']", "1")]
    [InlineData("$.list[0]", "1")]
    [InlineData("$.list[-1]", "4")]
    [InlineData("$.list[1:3]", "2 3")]
    [InlineData("$.list[::-2]", "4 2")]
    [InlineData("$.list[0,2]", "1 3")]
    [InlineData("$.list[*]", "1 2 3 4")]
    [InlineData("$.list[9]", "")]
    [InlineData("$..b", "1 7")]
    [InlineData("$.labels.app\\.kubernetes\\.io/name", "web")]
    [InlineData("$.labels['app.kubernetes.io/name']", "web")]
    [InlineData("$.items[?(@.type=='Ready')].status", "True")]
    [InlineData("$.items[?@.type!=\"Ready\"].status", "False")]
    [InlineData("$.items[?@.count > 1 && @.count <= 3].type", "Ready")]
    [InlineData("$.items[?@.count > 1 || @.type=='Other'].type", "Ready Other")]
    [InlineData("$.items[?!(@.count)].type", "Other")]
    [InlineData("$.items[?@.count == $.list[1]].type", "Ready")]
    public void Select_OfQuery_GivesValuesInOrder(string query, object expected)
    {
        var root = JsonNode.Parse("""
            {"a":{"b":1},"list":[1,2,3,4],"labels":{"app.kubernetes.io/name":"web"},
             "items":[{"type":"Ready","status":"True","count":2},{"type":"Other","status":"False","x":{"b":7}}]}
            """);

        var selected = JsonPath.Parse(query).Select(root).ToArray();

        Assert.Equal(expected, expected is int ? selected.Length : string.Join(' ', selected.Select(JsonPath.Text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$.")]
    [InlineData("$['a'")]
    [InlineData("$[?@.a=]")]
    [InlineData("$.a b")]
    [InlineData("$[99999999999]")]
    [InlineData("$.a\\")]
    public void Parse_OfMistake_SaysWhere(string query) =>
        Assert.Contains("at character", Assert.Throws<FormatException>(() => JsonPath.Parse(query)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_OfAnyText_EitherWorksOrSaysWhere() =>
        Gen.Char["$.[]*?@'\"\\=!<>&|()0-9ab: ,"].Array[0, 20].Sample(characters =>
        {
            try
            {
                Assert.All(JsonPath.Parse(new string(characters)).Select(JsonNode.Parse("""{"a":[1,{"b":"a"}]}""")), value => Assert.NotNull(JsonPath.Text(value)));
            }
            catch (FormatException)
            {
                // What it is for.
            }
        }, iter: 2000);
}
