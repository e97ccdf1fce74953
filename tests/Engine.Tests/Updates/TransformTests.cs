using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class TransformTests : IAsyncLifetime
{
    private readonly TestStack _stack = new();
    private readonly CallbackHost _host = new();

    public async ValueTask InitializeAsync() => await _host.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _stack.Dispose();
    }

    [Fact]
    public async Task Register_WithTransformsOfAllKinds_AppliesOwnThenParentsThenStacks()
    {
        var own = Append("own");
        var parents = Append("parent");
        var stacks = Append("stack");
        var result = await _stack.UpAsync(async program =>
        {
            await program.Monitor.RegisterStackTransformAsync(stacks);
            await program.StackAsync();
            var parent = await program.RegisterAsync("group", type: "lab:index:Group", options: request =>
            {
                request.Custom = false;
                request.Transforms.Add(parents);
            });
            await program.RegisterAsync("a", Map(("trail", "")), options: request =>
            {
                request.Parent = parent.Urn;
                request.Transforms.Add(own);
            });
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(" own parent stack", _stack.State.Resources.Single(resource => resource.Urn.Name == "a").Inputs["trail"]);
    }

    [Fact]
    public async Task Transform_OfOptions_TakesEffect()
    {
        var protect = _host.Add<TransformRequest>(request =>
        {
            request.Options.Protect = true;
            request.Options.IgnoreChanges.Add("size");
            return new TransformResponse { Options = request.Options };
        });
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("size", 1)), options: request => request.Transforms.Add(protect));
        });

        var state = _stack.State.Resources.Single(resource => resource.Urn.Name == "a");
        Assert.True(state.Protect);
        Assert.Equal(["size"], state.IgnoreChanges);
        Assert.Equal(1, state.Inputs["size"]);
    }

    [Fact]
    public async Task Transform_ThatMovesAValue_TakesItsDependenciesAndItsSecrecyAlong()
    {
        var move = _host.Add<TransformRequest>(request =>
        {
            request.Properties.Fields["to"] = request.Properties.Fields["from"];
            request.Properties.Fields.Remove("from");
            return new TransformResponse { Properties = request.Properties };
        });
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a");
            await program.RegisterAsync("b", Map(("from", PropertyValue.Secret("word"))), dependsOn: [a.Urn], options: request =>
            {
                request.PropertyDependencies["from"].Urns.Add(a.Urn);
                request.Transforms.Add(move);
            });
        });

        var state = _stack.State.Resources.Single(resource => resource.Urn.Name == "b");
        Assert.Equal(Map(("to", PropertyValue.Secret("word"))), state.Inputs);
        Assert.Equal([Thing("a")], state.PropertyDependencies["to"]);
    }

    [Fact]
    public async Task Invoke_WithStackTransform_HasItsArgumentsChanged()
    {
        var transform = _host.Add<TransformInvokeRequest>(request =>
        {
            request.Args.Fields["added"] = Google.Protobuf.WellKnownTypes.Value.ForString("by transform");
            return new TransformInvokeResponse { Args = request.Args };
        });
        PropertyMap? answer = null;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.Monitor.RegisterStackInvokeTransformAsync(transform);
            answer = ProgramClient.Read((await program.Monitor.InvokeAsync(new ResourceInvokeRequest { Tok = "fake:index:echo" })).Return);
        });

        Assert.Equal("by transform", answer!["added"]);
    }

    [Fact]
    public async Task Transform_ThatFails_FailsTheUpdateWithItsReason()
    {
        var transform = _host.Add<TransformRequest>(_ => throw new RpcException(new Status(StatusCode.Unknown, "not like this")));
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", options: request => request.Transforms.Add(transform));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("not like this", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transform_ServedElsewhere_IsRefused()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", options: request => request.Transforms.Add(new Callback { Target = "example.com:80", Token = "t" }));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("loopback", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    private Callback Append(string word) => _host.Add<TransformRequest>(request =>
    {
        if (request.Properties.Fields.TryGetValue("trail", out var trail))
        {
            trail.StringValue += $" {word}";
        }

        return new TransformResponse { Properties = request.Properties };
    });

    /// <summary>Serves functions as a program does.</summary>
    private sealed class CallbackHost : Callbacks.CallbacksBase, IAsyncDisposable
    {
        private readonly Dictionary<string, Func<ByteString, IMessage>> _functions = [];
        private WebApplication? _host;
        private string _target = "";

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
                kestrel.Listen(System.Net.IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddSingleton(this).AddRouting().AddGrpc();
            _host = builder.Build();
            _host.MapGrpcService<CallbackHost>();
            await _host.StartAsync(TestContext.Current.CancellationToken);
            _target = new Uri(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;
        }

        public Callback Add<TRequest>(Func<TRequest, IMessage> function)
            where TRequest : IMessage<TRequest>, new()
        {
            var token = Guid.NewGuid().ToString();
            _functions[token] = bytes =>
            {
                var request = new TRequest();
                request.MergeFrom(bytes);
                return function(request);
            };
            return new Callback { Target = _target, Token = token };
        }

        public override Task<CallbackInvokeResponse> Invoke(CallbackInvokeRequest request, ServerCallContext context) =>
            Task.FromResult(new CallbackInvokeResponse { Response = _functions[request.Token](request.Request).ToByteString() });

        public async ValueTask DisposeAsync()
        {
            await _host!.StopAsync(CancellationToken.None);
            await _host.DisposeAsync();
        }
    }
}
