using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class StackReferenceTests : IDisposable
{
    private readonly TestStack _stack = new();

    public StackReferenceTests()
    {
        File.WriteAllText(Path.Combine(_stack.Folder, "Pulumi.other.yaml"), "");
    }

    public void Dispose() => _stack.Dispose();

    [Theory]
    [InlineData("other")]
    [InlineData("organization/lab/other")]
    public async Task Up_WithStackReference_ReadsTheOutputsOfTheOtherStack(string name)
    {
        await UpOtherAsync();
        PropertyMap? read = null;
        var result = await _stack.UpAsync(async program => read = await ReadAsync(program, name));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        var outputs = Assert.IsType<PropertyMap>(read!["outputs"]);
        Assert.Equal("http://there", outputs["url"]);
        Assert.Equal(PropertyValue.Secret("a secret word"), outputs["password"]);
        Assert.Equal(new ListValue(["password"]), read["secretOutputNames"]);
        Assert.DoesNotContain("a secret word", await File.ReadAllTextAsync(_stack.StatePath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(Assert.Single(_stack.State.Resources, resource => resource.Type == "pulumi:pulumi:StackReference").External);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("organization/another/other")]
    [InlineData("../other")]
    [InlineData("acme/lab/other")]
    public async Task Up_WithReferenceToNoStack_Fails(string name)
    {
        await UpOtherAsync();
        var result = await _stack.UpAsync(program => ReadAsync(program, name));

        Assert.False(result.Succeeded);
        Assert.Contains(name, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_OfReadStackOutputs_AnswersTheSame()
    {
        await UpOtherAsync();
        PropertyMap? read = null;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var response = await program.Monitor.InvokeAsync(new ResourceInvokeRequest
            {
                Tok = "pulumi:pulumi:readStackOutputs",
                Args = WireFormat.Write(Map(("name", "other")), keepSecrets: true),
            });
            read = ProgramClient.Read(response.Return);
        });

        Assert.Equal("http://there", Assert.IsType<PropertyMap>(read!["outputs"])["url"]);
    }

    [Fact]
    public async Task Invoke_OfGetResource_FindsWhatTheUpdateMade()
    {
        PropertyMap? read = null;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("size", 3)));
            var response = await program.Monitor.InvokeAsync(new ResourceInvokeRequest
            {
                Tok = "pulumi:pulumi:getResource",
                Args = WireFormat.Write(Map(("urn", a.Urn)), keepSecrets: true),
            });
            read = ProgramClient.Read(response.Return);
        });

        Assert.Equal("a-1", read!["id"]);
        Assert.Equal(3, Assert.IsType<PropertyMap>(read["state"])["size"]);
    }

    private static async Task<PropertyMap> ReadAsync(ProgramClient program, string name)
    {
        await program.StackAsync();
        var response = await program.Monitor.ReadResourceAsync(new ReadResourceRequest
        {
            Type = "pulumi:pulumi:StackReference",
            Name = name,
            Id = name,
            Properties = WireFormat.Write(Map(("name", name)), keepSecrets: true),
            AcceptSecrets = true,
        });
        return ProgramClient.Read(response.Properties);
    }

    private async Task UpOtherAsync()
    {
        _stack.Adjust = options => options with { Stack = "other" };
        var result = await _stack.UpAsync(async program =>
        {
            var stack = await program.StackAsync();
            await program.OutputsAsync(stack, Map(("url", "http://there"), ("password", PropertyValue.Secret("a secret word"))));
        });
        Assert.True(result.Succeeded);
        _stack.Adjust = options => options;
    }
}
