using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class PreviewTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Preview_OfCreation_GivesNoIdAndNoInventedOutputs()
    {
        await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("size", 1)));
            Assert.Equal("", a.Id);
            Assert.Equal(["size"], a.Object.Fields.Keys);
        });

        Assert.Empty(_stack.Events.Errors);
    }

    [Fact]
    public async Task Preview_WithUnknownInput_PassesItOn()
    {
        var result = await _stack.PreviewAsync(async program =>
        {
            var stack = await program.StackAsync();
            var b = await program.RegisterAsync("b", Map(("of", PropertyValue.Unknown), ("list", new ListValue([1, PropertyValue.Unknown]))));
            Assert.Equal(PropertyValue.Unknown, ProgramClient.Read(b.Object)["of"]);
            await program.OutputsAsync(stack, Map(("of", PropertyValue.Unknown), ("known", "x")));
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.False(result.Outputs["of"].IsKnown);
        Assert.True(result.Outputs["known"].IsKnown);
    }

    [Fact]
    public async Task Preview_OfInputThatBecomesUnknown_ShowsAnUpdate()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("of", "x")));
        });
        await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("of", PropertyValue.Unknown)));
        });

        Assert.Equal(["Same lab-dev", "Update a"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Preview_WithAProviderWhoseConfigurationIsUnknown_ShowsCreations()
    {
        var result = await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("there", Map(("region", PropertyValue.Unknown)), type: "pulumi:providers:fake");
            await program.RegisterAsync("a", Map(("invalid", 1)), options: request => request.Provider = ProgramClient.Reference(provider));
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["Create lab-dev", "Create there", "Create a"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Preview_OfRemovedResource_ShowsTheDeletionAndKeepsIt()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a");
        });
        await _stack.PreviewAsync(program => program.StackAsync());

        Assert.Equal(["Same lab-dev", "Delete a"], _stack.Events.Steps);
        Assert.Single(_stack.Cloud.Resources);
    }

    [Fact]
    public async Task Invoke_WithUnknownArgument_AnswersUnknown() => await _stack.PreviewAsync(async program =>
    {
        await program.StackAsync();
        var response = await program.Monitor.InvokeAsync(new()
        {
            Tok = "fake:index:get",
            Args = WireFormat.Write(Map(("of", PropertyValue.Unknown)), keepSecrets: true),
        });
        Assert.True(response.Unknown);
    });

    [Fact]
    public async Task Invoke_WithKnownArguments_Answers()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var response = await program.Monitor.InvokeAsync(new() { Tok = "fake:index:get", Args = WireFormat.Write(Map(("of", 1)), keepSecrets: true) });
            Assert.Equal("fake:index:get", response.Return.Fields["token"].StringValue);
        });

        Assert.Empty(_stack.Events.Errors);
    }

    [Fact]
    public async Task Read_OfResourceOfSomebodyElse_IsRecordedAndNeverDeleted()
    {
        _stack.Cloud.Resources["theirs"] = Map(("size", 7));
        var result = await _stack.UpAsync(Program);

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(7, result.Outputs["size"].Value!.GetValue<long>());
        Assert.Contains(_stack.State.Resources, resource => resource.External);

        await _stack.DestroyAsync();

        Assert.Equal(["theirs"], _stack.Cloud.Resources.Keys);

        static async Task Program(ProgramClient program)
        {
            var stack = await program.StackAsync();
            var read = await program.Monitor.ReadResourceAsync(new() { Id = "theirs", Type = "fake:index:Thing", Name = "found", AcceptSecrets = true });
            await program.OutputsAsync(stack, Map(("size", ProgramClient.Read(read.Properties)["size"])));
        }
    }
}
