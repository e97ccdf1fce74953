using Pulumi;
using Pulumi.Utilities;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Resources;

public sealed class OptionsTests
{
    [Fact]
    public Task Merge_BothGiven_TakesTheSecondsValuesAndJoinsLists()
        => Taints.InProgramAsync(async () =>
        {
            var first = new Thing("first");
            var second = new Thing("second");
            var one = new CustomResourceOptions { Version = "1", Protect = true, DependsOn = first, IgnoreChanges = { "a" }, DeleteBeforeReplace = true };
            var two = new CustomResourceOptions { Version = "2", DependsOn = second, IgnoreChanges = { "b" }, ImportId = "id" };

            var merged = CustomResourceOptions.Merge(one, two);

            Assert.Equal("2", merged.Version);
            Assert.True(merged.Protect);
            Assert.True(merged.DeleteBeforeReplace);
            Assert.Equal("id", merged.ImportId);
            Assert.Equal(["a", "b"], merged.IgnoreChanges);
            Assert.Equal([first, second], await OutputUtilities.GetValueAsync(merged.DependsOn.ToOutput()));
            Assert.Equal(["a"], one.IgnoreChanges);
            Assert.Equal(["b"], two.IgnoreChanges);
        });

    [Fact]
    public void Merge_Nothing_IsEmpty()
    {
        Assert.Null(CustomResourceOptions.Merge(null, null).Version);
        Assert.Empty(ComponentResourceOptions.Merge(null, null).Providers);
    }

    [Fact]
    public Task Merge_TwoProvidersOfOnePackage_KeepsTheSecond()
        => Taints.InProgramAsync(() =>
        {
            var a1 = new TestProvider("a1", "a");
            var a2 = new TestProvider("a2", "a");
            var b = new TestProvider("b", "b");

            var merged = ComponentResourceOptions.Merge(
                new ComponentResourceOptions { Providers = { a1, b } }, new ComponentResourceOptions { Providers = { a2 } });

            Assert.Equal([b, a2], merged.Providers);
            return Task.CompletedTask;
        });

    [Fact]
    public Task Component_ProviderAndProviders_IsRefused()
        => Taints.InProgramAsync(() =>
        {
            var provider = new TestProvider("a", "a");

            Assert.Throws<ResourceException>(() => new ComponentResource(
                "test:index:Component", "component", new ComponentResourceOptions { Provider = provider, Providers = { provider } }));
            return Task.CompletedTask;
        });

    [Fact]
    public async Task UrnCreate_WithParentUrn_IsBelowIt()
        => Assert.Equal(
            "urn:pulumi:s::p::a:b:Parent$a:b:Child::child",
            await OutputUtilities.GetValueAsync(Urn.Create("child", "a:b:Child", parentUrn: "urn:pulumi:s::p::a:b:Parent::parent")));
}
