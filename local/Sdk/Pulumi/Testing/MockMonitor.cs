using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi.Testing;

/// <summary>Answers a program with what a test's mocks say.</summary>
internal sealed class MockMonitor(IMocks mocks, string project, string stack) : IMonitor
{
    private readonly Lock _lock = new();
    private readonly List<Resource> _resources = [];
    private readonly ConcurrentDictionary<string, Struct> _registered = new();

    public ImmutableArray<Resource> Resources
    {
        get
        {
            lock (_lock)
            {
                return [.. _resources];
            }
        }
    }

    public bool IsMock => true;

    // Mocks see plain inputs, so outputs are never sent as such.
    public Task<bool> SupportsFeatureAsync(string feature)
        => Task.FromResult(feature != "outputValues");

    public async Task<RegisterResourceResponse> RegisterResourceAsync(Resource resource, RegisterResourceRequest request)
    {
        Add(resource);
        var urn = CreateUrn(request.Parent, request.Type, request.Name);
        if (request.Type == Stack.TypeToken)
        {
            return new RegisterResourceResponse { Urn = urn, Object = new Struct() };
        }

        var (id, state) = await mocks.NewResourceAsync(new MockResourceArgs
        {
            Type = request.Type,
            Name = request.Name,
            Inputs = PropertyDeserializer.DeserializeKnown(request.Object),
            Provider = request.Provider,
            Id = request.ImportId,
        }).ConfigureAwait(false);
        id ??= request.ImportId;
        var fields = await SerializeAsync(state).ConfigureAwait(false);
        Remember(urn, id, fields);
        return new RegisterResourceResponse { Urn = urn, Id = id, Object = fields };
    }

    public async Task<ReadResourceResponse> ReadResourceAsync(Resource resource, ReadResourceRequest request)
    {
        var urn = CreateUrn(request.Parent, request.Type, request.Name);
        var (id, state) = await mocks.NewResourceAsync(new MockResourceArgs
        {
            Type = request.Type,
            Name = request.Name,
            Inputs = PropertyDeserializer.DeserializeKnown(request.Properties),
            Provider = request.Provider,
            Id = request.Id,
        }).ConfigureAwait(false);
        Add(resource);
        var fields = await SerializeAsync(state).ConfigureAwait(false);
        Remember(urn, id ?? "", fields);
        return new ReadResourceResponse { Urn = urn, Properties = fields };
    }

    public async Task RegisterResourceOutputsAsync(RegisterResourceOutputsRequest request)
    {
        var outputs = request.Outputs.Fields.ToImmutableDictionary(
            field => field.Key,
            field => new Output<object?>(PropertyDeserializer.Deserialize(field.Value)));
        await mocks.RegisterResourceOutputs(new MockRegisterResourceOutputsRequest(request.Urn, outputs)).ConfigureAwait(false);
    }

    public async Task<ResourceInvokeResponse> InvokeAsync(ResourceInvokeRequest request)
    {
        if (request.Tok == "pulumi:pulumi:getResource")
        {
            var urn = request.Args.Fields["urn"].StringValue;
            return _registered.TryGetValue(urn, out var registered)
                ? new ResourceInvokeResponse { Return = registered }
                : throw new InvalidOperationException($"No resource '{urn}' was registered in this test.");
        }

        var result = await mocks.CallAsync(new MockCallArgs
        {
            Token = request.Tok,
            Args = PropertyDeserializer.DeserializeKnown(request.Args),
            Provider = request.Provider,
        }).ConfigureAwait(false);
        return new ResourceInvokeResponse { Return = await SerializeAsync(result).ConfigureAwait(false) };
    }

    public async Task<CallResponse> CallAsync(ResourceCallRequest request)
    {
        var result = await mocks.CallAsync(new MockCallArgs
        {
            Token = request.Tok,
            Args = PropertyDeserializer.DeserializeKnown(request.Args),
            Provider = request.Provider,
        }).ConfigureAwait(false);
        return new CallResponse { Return = await SerializeAsync(result).ConfigureAwait(false) };
    }

    public Task<string> RegisterPackageAsync(Pulumirpc.RegisterPackageRequest request)
        => Task.FromResult($"{request.Name}-{request.Version}");

    public Task SignalAndWaitForShutdownAsync()
        => Task.CompletedTask;

    private void Add(Resource resource)
    {
        lock (_lock)
        {
            _resources.Add(resource);
        }
    }

    private void Remember(string urn, string id, Struct state)
        => _registered[urn] = new Struct
        {
            Fields = { ["urn"] = Value.ForString(urn), ["id"] = Value.ForString(id), ["state"] = Value.ForStruct(state) },
        };

    private string CreateUrn(string parent, string type, string name)
    {
        // As the official mocks do, a child's URN keeps the parent's first type only, which for nearly everything is the stack's.
        var qualified = parent == "" ? type : $"{parent.Split("::")[2].Split('$')[0]}${type}";
        return $"urn:pulumi:{stack}::{project}::{qualified}::{name}";
    }

    private static async Task<Struct> SerializeAsync(object state)
    {
        var serializer = new PropertySerializer(new SerializationOptions(KeepResources: true));
        var source = state is IDictionary<string, object> and not IDictionary ? ((IDictionary<string, object>)state).ToImmutableDictionary() : state;
        var value = await serializer.SerializeAsync("The mocks' answer", source).ConfigureAwait(false);
        return value?.StructValue
            ?? throw new InvalidOperationException($"The mocks answered with a {state.GetType()}; answer with a dictionary or with arguments.");
    }
}
