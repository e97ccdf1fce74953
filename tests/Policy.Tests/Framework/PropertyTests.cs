using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Tests.Framework;

public sealed class PropertyTests
{
    [Fact]
    public void Index_OfWhatIsThere_GivesValueAndPath()
    {
        var properties = Parse("""{ "spec": { "list": [{ "a": 1 }], "x.y/z": true } }""");

        var item = properties["spec"]["list"].Items.Single()["a"];
        Assert.Equal((1, "spec.list[0].a"), (item.Number, item.Path));
        Assert.Equal("""spec["x.y/z"]""", properties["spec"]["x.y/z"].Path);
        Assert.True(properties["spec"]["x.y/z"].Flag);
    }

    [Fact]
    public void Index_OfWhatIsNotThere_IsAbsentAtAnyDepth()
    {
        var absent = Parse("""{ "spec": 1, "none": null }""")["spec"]["a"]["b"];

        Assert.True(absent.IsAbsent);
        Assert.Equal("spec.a.b", absent.Path);
        Assert.True(Parse("""{ "none": null }""")["none"].IsAbsent);
    }

    [Theory]
    [InlineData("04da6b54-80e4-46f7-96ec-b56ff0331ba9")]
    [InlineData("3eeb2bf0-c639-47a8-9e75-3b44932eb421")]
    public void Unknown_AndAllWithin_IsNeitherAbsentNorAnything(string mark)
    {
        var unknown = Parse($$"""{ "spec": "{{mark}}" }""")["spec"]["replicas"];

        Assert.True(unknown.IsUnknown);
        Assert.False(unknown.IsAbsent);
        Assert.Null(unknown.Text);
        Assert.Null(unknown.Number);
        Assert.Empty(unknown.Items);
        Assert.Equal("[unknown]", unknown.ToString());
    }

    [Fact]
    public void Secret_IsReadableAndHidden()
    {
        var secret = Parse("""{ "env": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": [{ "value": "hunter22" }] } }""")["env"].Items.Single()["value"];

        Assert.True(secret.IsSecret);
        Assert.Equal("hunter22", secret.Text);
        Assert.Equal("[secret]", secret.ToString());
        Assert.Equal("env[0].value", secret.Path);
    }

    [Fact]
    public void OutputValue_WithoutAValue_IsUnknown()
    {
        const string Mark = "\"4dabf18193072939515e22adb298388d\": \"d0e6a833031e9bbcd3f4e8bde6ca49a4\"";
        Assert.True(Parse($$"""{ "a": { {{Mark}} } }""")["a"].IsUnknown);
        Assert.Equal("x", Parse($$"""{ "a": { {{Mark}}, "value": "x" } }""")["a"].Text);
        Assert.True(Parse($$"""{ "a": { {{Mark}}, "value": "x", "secret": true } }""")["a"].IsSecret);
    }

    private static Property Parse(string json) => Property.Of(JsonParser.Default.Parse<Struct>(json));
}
