using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.State;

public sealed class StateFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"ur", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"version\":5,\"deployment\":{}}", "version is 5")]
    [InlineData("{\"version\":3}", "'deployment' is missing")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"custom\":true}]}}", "no 'urn'")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\",\"custom\":\"yes\"}]}}", "wrong type")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\",\"dependencies\":[\"urn:pulumi:s::p::a:b:C::m\"]}]}}", "which is missing")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\",\"parent\":\"urn:pulumi:s::p::a:b:C::m\"},{\"urn\":\"urn:pulumi:s::p::a:b:C::m\"}]}}", "not listed before it")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\",\"id\":\"x\"}]}}", "is a component ('custom' is false), but has an id")]
    [InlineData("{\"version\":3,\"deployment\":{\"manifest\":{\"magic\":\"x\",\"version\":\"v3\"}}}", "'magic' does not belong")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\",\"provider\":\"urn:pulumi:s::p::pulumi:providers:a::x::1\"}]}}", "needs the provider")]
    [InlineData("{\"version\":3,\"deployment\":{\"resources\":[{\"urn\":\"urn:pulumi:s::p::a:b:C::n\"},{\"urn\":\"urn:pulumi:s::p::a:b:C::n\"}]}}", "listed twice")]
    public void Read_OfCorruptFile_NamesFileAndReasonAndLeavesIt(string text, string reason)
    {
        var path = _folder.File("dev.json", text);

        var error = Assert.Throws<EngineException>(() => File("dev").Read());

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(path));
    }

    [Fact]
    public async Task WriteAndRead_OfEveryField_GivesTheSame()
    {
        var parent = new ResourceState { Urn = Urn.ForStack("dev", "lab"), Custom = false };
        var state = new ResourceState
        {
            Urn = Thing("a"),
            Custom = true,
            Id = "a-1",
            Inputs = Map(("text", "ü"), ("number", 1.5), ("flag", true), ("nothing", PropertyValue.Null), ("secret", PropertyValue.Secret(Map(("deep", "x"))))),
            Outputs = Map(("list", new ListValue([1, "two"]))),
            Parent = parent.Urn,
            Protect = true,
            Taint = true,
            Dependencies = [parent.Urn],
            InitErrors = ["not ready"],
            PropertyDependencies = System.Collections.Immutable.ImmutableSortedDictionary<string, System.Collections.Immutable.ImmutableArray<Urn>>.Empty.Add("text", [parent.Urn]),
            PendingReplacement = true,
            AdditionalSecretOutputs = ["list"],
            CustomTimeouts = new CustomTimeouts(TimeSpan.FromMinutes(5), Update: null, Delete: TimeSpan.FromSeconds(1)),
            RetainOnDelete = true,
            IgnoreChanges = ["spec.replicas"],
            ReplaceOnChanges = ["text"],
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };

        await File("dev").WriteAsync(new Snapshot([parent, state], [new PendingOperation(state, OperationType.Updating)]));
        var read = File("dev").Read();

        Assert.True(state.SameAs(read.Resources[1]));
        Assert.Equal(state.Created, read.Resources[1].Created);
        Assert.Equal(OperationType.Updating, Assert.Single(read.PendingOperations).Type);
    }

    [Fact]
    public async Task Read_WithAnotherKey_SaysThatTheKeyIsWrong()
    {
        var state = new ResourceState { Urn = Thing("a"), Custom = true, Id = "a", Inputs = Map(("p", PropertyValue.Secret("x"))) };
        await File("dev").WriteAsync(new Snapshot([state], []));
        System.IO.File.Delete(Path.Combine(_folder.Path, "secrets.key"));

        var error = Assert.Throws<EngineException>(() => File("dev").Read());

        Assert.Contains("secrets.key", error.Message, StringComparison.Ordinal);
    }

    private StateFile File(string stack) => new(_folder.Path, stack, new DeskKeySecretsManager(_folder.Path), TimeProvider.System);
}
