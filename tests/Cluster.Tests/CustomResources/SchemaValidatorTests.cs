using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.CustomResources;

namespace Scalelab.Cluster.Tests.CustomResources;

public sealed class SchemaValidatorTests
{
    [Theory]
    [InlineData("""{"type":"string","maxLength":2}""", "\"abc\"", "v: Too long: may not be more than 2 bytes")]
    [InlineData("""{"type":"string","minLength":2}""", "\"a\"", "v: Invalid value: \"a\": v in body should be at least 2 chars long")]
    [InlineData("""{"type":"string","pattern":"^a+$"}""", "\"b\"", "v: Invalid value: \"b\": v in body should match '^a+$'")]
    [InlineData("""{"type":"integer","maximum":5,"exclusiveMaximum":true}""", "5", "v: Invalid value: 5: v in body should be less than 5")]
    [InlineData("""{"type":"integer","minimum":1}""", "0", "v: Invalid value: 0: v in body should be greater than or equal to 1")]
    [InlineData("""{"type":"integer","multipleOf":2}""", "3", "v: Invalid value: 3: v in body should be a multiple of 2")]
    [InlineData("""{"type":"array","items":{"type":"string"},"maxItems":1}""", "[\"a\",\"b\"]", "v: Too many: 2: must have at most 1 items")]
    [InlineData("""{"type":"array","items":{"type":"string"},"minItems":1}""", "[]", "v: Invalid value: 0: v in body should have at least 1 items")]
    [InlineData("""{"type":"string","enum":["a","b"]}""", "\"c\"", "v: Unsupported value: \"c\": supported values: \"a\", \"b\"")]
    [InlineData("""{"type":"string"}""", "1", "v: Invalid value: \"integer\": v in body must be of type string: \"integer\"")]
    [InlineData("""{"type":"object","required":["x"]}""", "{}", "v.x: Required value")]
    public void Check_OfAValueThatDoesNotFit_SaysSoInUpstreamsWords(string schema, string value, string expected)
    {
        Assert.Equal(expected, Check(schema, value));
    }

    [Theory]
    [InlineData("""{"type":"number"}""", "1")]
    [InlineData("""{"x-kubernetes-int-or-string":true}""", "\"50%\"")]
    [InlineData("""{"type":"string","nullable":true}""", "null")]
    [InlineData("""{"type":"object","anyOf":[{"required":["a"]},{"required":["b"]}]}""", """{"b":1}""")]
    public void Check_OfAValueThatFits_FindsNothing(string schema, string value)
    {
        Assert.Equal("", Check(schema, value));
    }

    [Fact]
    public void Check_OfAFaultThatWasThereBefore_LetsItPass()
    {
        var errors = new FieldErrors();
        var schema = CustomSchema.Parse(JsonNode.Parse("""{"type":"object","properties":{"a":{"type":"integer","maximum":1},"b":{"type":"string"}}}""")!.AsObject());

        SchemaValidator.Check(JsonNode.Parse("""{"a":5,"b":"new"}"""), JsonNode.Parse("""{"a":5,"b":"old"}"""), schema, "v", errors);

        Assert.False(errors.Any);
    }

    private static string Check(string schema, string value)
    {
        var errors = new FieldErrors();
        SchemaValidator.Check(JsonNode.Parse(value), null, CustomSchema.Parse(JsonNode.Parse(schema)!.AsObject()), "v", errors);
        return errors.Any ? errors.Summary() : "";
    }
}
