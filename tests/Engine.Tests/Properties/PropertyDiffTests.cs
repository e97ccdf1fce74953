using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Properties;

public sealed class PropertyDiffTests
{
    [Fact]
    public void Compare_OfDeepChanges_NamesEachPlace()
    {
        var old = Map(("spec", Map(("replicas", 1), ("containers", new ListValue([Map(("image", "a"))])), ("gone", "x"))));
        var @new = Map(("spec", Map(("replicas", 2), ("containers", new ListValue([Map(("image", "b")), "more"])))));

        Assert.Equal(
            ["spec.containers[0].image", "spec.containers[1]", "spec.gone", "spec.replicas"],
            PropertyDiff.Compare(old, @new).Select(difference => difference.Path.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Compare_OfSecretThatOnlyGotMarked_FindsNothing() =>
        Assert.Empty(PropertyDiff.Compare(Map(("a", Map(("b", "x")))), Map(("a", PropertyValue.Secret(Map(("b", "x")))))));

    [Fact]
    public void Describe_OfSecret_ShowsNeitherSide()
    {
        var difference = Assert.Single(PropertyDiff.Compare(Map(("a", "old")), Map(("a", PropertyValue.Secret("new")))));
        var change = PropertyDiff.Describe(difference, forcesReplacement: false);

        Assert.Equal((PropertyChangeKind.Update, "[secret]", "[secret]"), (change.Kind, change.Old!.GetValue<string>(), change.New!.GetValue<string>()));
    }

    [Fact]
    public void Compare_WithUnknown_Differs() => Assert.Single(PropertyDiff.Compare(Map(("a", PropertyValue.Unknown)), Map(("a", PropertyValue.Unknown))));
}
