using System.Collections.Immutable;
using Pulumi;
using Pulumi.Utilities;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Core;

public sealed class InputTests
{
    [Fact]
    public async Task InputList_MixedElements_JoinsThemInOrder()
    {
        InputList<string> list = new[] { "a" };
        list.Add("b", Output.Create("c"));
        list.AddRange(new List<string> { "d" });

        Assert.Equal(["a", "b", "c", "d"], await ValueOfAsync(list));
    }

    [Fact]
    public Task InputList_ElementsWithTaints_UnitesThemAsAWhole()
        => Taints.InProgramAsync(async () =>
        {
            InputList<string> list = new[] { Taints.From("x", "a"), Output.CreateSecret("y") };
            var joined = list.Apply(values => string.Join(" ", values));

            Assert.Equal(Taints.Secret("x y", "a"), await Taints.OfAsync(joined));
        });

    [Fact]
    public async Task InputList_AddedToAfterItWasRead_HasTheNewElement()
    {
        InputList<string> list = new[] { "a" };
        await ValueOfAsync(list);
        list.Add("b");

        Assert.Equal(["a", "b"], await ValueOfAsync(list));
    }

    [Fact]
    public async Task InputList_Concat_LeavesBothAlone()
    {
        InputList<string> first = new[] { "a" };
        InputList<string> second = Output.Create<List<string>>(["b"]);
        var both = first.Concat(second);
        both.Add("c");

        Assert.Equal(["a"], await ValueOfAsync(first));
        Assert.Equal(["b"], await ValueOfAsync(second));
        Assert.Equal(["a", "b", "c"], await ValueOfAsync(both));
    }

    [Fact]
    public async Task InputList_EnumeratedAsync_YieldsItsElements()
    {
        InputList<string> list = new[] { "a", "b" };
        var seen = new List<string>();
        await foreach (var element in list)
        {
            seen.Add(await OutputUtilities.GetValueAsync(element.ToOutput()));
        }

        Assert.Equal(["a", "b"], seen);
    }

    [Fact]
    public async Task InputMap_Initializer_HasEveryEntry()
    {
        var map = new InputMap<string> { { "a", "1" }, { "b", Output.Create("2") } };
        map["c"] = "3";

        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2", ["c"] = "3" }, await ValueOfAsync(map));
    }

    [Fact]
    public async Task InputMap_SameKeyWithSameValue_IsAccepted()
    {
        var map = new InputMap<string> { { "a", "1" } };
        map.Add("a", "1");

        Assert.Equal("1", (await ValueOfAsync(map))["a"]);
    }

    [Fact]
    public async Task InputMap_SameKeyWithAnotherValue_IsRefused()
    {
        var map = new InputMap<string> { { "a", "1" } };
        map.Add("a", "2");

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => ValueOfAsync(map));
        Assert.Contains("'a'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InputMap_Merge_TakesTheSecondMapsValues()
    {
        var merged = InputMap<string>.Merge(
            new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" }, new Dictionary<string, string> { ["b"] = "2" });

        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, await ValueOfAsync(merged));
    }

    [Fact]
    public async Task InputMap_SecretValue_MakesTheWholeSecret()
    {
        var map = new InputMap<string> { { "a", Output.CreateSecret("1") } };

        Assert.True(await Output.IsSecretAsync(map.ToOutput()));
    }

    [Fact]
    public async Task InputUnion_EitherType_KeepsItsCase()
    {
        InputUnion<int, string> number = 80;
        InputUnion<int, string> name = Output.CreateSecret("http");

        Assert.Equal(80, await OutputUtilities.GetValueAsync(number.ToOutput().AsT0()));
        Assert.Equal(Taints.Secret("http"), await Taints.OfAsync(name.ToOutput().AsT1()));
    }

    [Fact]
    public void Union_AsWrongType_SaysWhatItHolds()
    {
        Union<int, string> union = "http";

        var failure = Assert.Throws<InvalidOperationException>(() => union.AsT0);
        Assert.Contains("String", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, union.Match(number => number, text => text.Length));
        Assert.NotEqual(union, (Union<int, string>)4);
    }

    [Fact]
    public async Task InputJson_Text_IsParsed()
    {
        InputJson json = """{"a":[1]}""";

        Assert.Equal("""{"a":[1]}""", (await OutputUtilities.GetValueAsync(json.ToOutput())).GetRawText());
    }

    private static Task<ImmutableArray<string>> ValueOfAsync(InputList<string> list)
        => OutputUtilities.GetValueAsync(list.ToOutput());

    private static Task<ImmutableDictionary<string, string>> ValueOfAsync(InputMap<string> map)
        => OutputUtilities.GetValueAsync(map.ToOutput());
}
