using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Properties;

public sealed class AssetHashesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Apply_OfATextAsset_HashesItsBytes() => Assert.Equal(
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        Hash(Asset(("text", "hello"))));

    [Fact]
    public void Apply_OfAFileAsset_FollowsItsContents()
    {
        _folder.File("a.txt", "hello");
        Assert.Equal(Hash(Asset(("text", "hello"))), Hash(Asset(("path", "a.txt"))));
        _folder.File("a.txt", "other");
        Assert.NotEqual(Hash(Asset(("text", "hello"))), Hash(Asset(("path", "a.txt"))));
    }

    [Fact]
    public void Apply_OfAFolder_HashesATarOfItsFiles()
    {
        _folder.File("site/index.html", "<html/>");
        _folder.File("site/css/main.css", "body {}");

        // Of the tar that Go's archive/tar writes: css/main.css, then index.html, mode 0600, without times.
        Assert.Equal("c9212522b2d3684ff091553a479537abc94894cf9c66f7a6e6ec8f8ba8acdf4d", Hash(Archive(("path", "site"))));
    }

    [Fact]
    public void Apply_OfAnArchiveOfAssets_HashesThemUnderTheirNames()
    {
        _folder.File("site/index.html", "<html/>");

        Assert.Equal(
            Hash(Archive(("path", "site"))),
            Hash(Archive(("assets", Map(("index.html", Asset(("text", "<html/>"))))))));
    }

    [Fact]
    public void Apply_OfAnAbsentFile_NamesIt() => Assert.Contains("nothing.txt", Assert.Throws<EngineException>(() => Hash(Asset(("path", "nothing.txt")))).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_OfWhatHoldsNoAsset_ReturnsItAsItIs()
    {
        var map = Map(("size", 1), ("list", new ListValue(["a", Map(("b", "c"))])));

        Assert.Same(map, AssetHashes.Apply(map, _folder.Path));
    }

    private static PropertyMap Asset((string, PropertyValue) content) => Map((Signatures.Key, Signatures.Asset), content);

    private static PropertyMap Archive((string, PropertyValue) content) => Map((Signatures.Key, Signatures.Archive), content);

    private string? Hash(PropertyMap asset) =>
        (AssetHashes.Apply(Map(("list", new ListValue([PropertyValue.Secret(asset)]))), _folder.Path)["list"] is ListValue { Items: [SecretValue { Value: PropertyMap hashed }] } ? hashed : null)?.FindText("hash");
}
