using CsCheck;
using Grpc.Core;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Random programs over random states with a cloud that fails now and then: the state on disk is valid after every single write.</summary>
public sealed class SnapshotPropertyTests
{
    private const int MaxResources = 6;
    private static readonly string[] Fails = ["", "", "", "", "", "create", "update", "delete"];

    private static readonly Gen<Resource> Resources = Gen.Select(Gen.Int[0, (1 << MaxResources) - 1], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, Fails.Length - 1], Gen.Int[0, 3])
        .Select(values => new Resource(values.Item1, values.Item2, values.Item3, values.Item4, Fails[values.Item5], IsDeclared: values.Item6 > 0));

    [Fact]
    public async Task Up_OfRandomPrograms_KeepsTheStateValidAndConverges() => await Resources.Array[1, MaxResources].Array[1, 4].SampleAsync(
        async programs =>
        {
            using var stack = new TestStack();
            var problems = new List<string>();
            stack.Cloud.During = (operation, _) =>
            {
                lock (problems)
                {
                    if (stack.State.FindProblem() is { } problem)
                    {
                        problems.Add($"during {operation}: {problem}");
                    }
                }

                return Task.CompletedTask;
            };
            foreach (var program in programs)
            {
                await stack.UpAsync(client => PlayAsync(client, program));
                Assert.Empty(problems);
                Assert.Null(stack.State.FindProblem());
                Assert.True(
                    stack.State.PendingOperations.IsEmpty,
                    $"pending: {string.Join(", ", stack.State.PendingOperations.Select(operation => $"{operation.Type} {operation.Resource.Urn.Name}"))}; {string.Join('\n', stack.Events.All.OfType<Diagnostic>().Select(told => told.Message))}");
            }

            stack.Cloud.CanFail = false;
            var last = await stack.UpAsync(client => PlayAsync(client, programs[^1]));
            Assert.True(last.Succeeded, string.Join('\n', stack.Events.Errors));
            Assert.Equal(programs[^1].Count(resource => resource.IsDeclared), stack.Cloud.Resources.Count);
            Assert.False((await stack.UpAsync(client => PlayAsync(client, programs[^1]))).HasChanges);

            Assert.True((await stack.DestroyAsync()).Succeeded, string.Join('\n', stack.Events.Errors));
            Assert.Empty(stack.Cloud.Resources);
            Assert.Empty(problems);
        },
        iter: 25,
        threads: 1);

    private static async Task PlayAsync(ProgramClient client, Resource[] program)
    {
        await client.StackAsync();
        var registered = new Task<Pulumirpc.RegisterResourceResponse>?[program.Length];
        for (var i = 0; i < program.Length; i++)
        {
            if (program[i].IsDeclared)
            {
                registered[i] = RegisterAsync(client, program[i], i, registered[..i]);
            }
        }

        try
        {
            await Task.WhenAll(registered.OfType<Task>());
        }
        catch (RpcException)
        {
            // One failed and the rest was cut off: the program ends.
        }
    }

    private static async Task<Pulumirpc.RegisterResourceResponse> RegisterAsync(
        ProgramClient client,
        Resource resource,
        int index,
        Task<Pulumirpc.RegisterResourceResponse>?[] earlier)
    {
        var inputs = Map(("size", resource.Size), ("fixedPlace", resource.Place));
        inputs = resource.IsExclusive ? inputs.With("exclusive", true) : inputs;
        inputs = resource.Fails.Length > 0 ? inputs.With("fail", resource.Fails) : inputs;
        var dependencies = new List<string>();
        for (var i = 0; i < earlier.Length; i++)
        {
            if ((resource.DependsOn & (1 << i)) != 0 && earlier[i] is { } dependency)
            {
                var response = await dependency;
                dependencies.Add(response.Urn);
                inputs = inputs.With(i % 2 == 0 ? $"fixed{i}" : $"uses{i}", (PropertyValue)response.Id);
            }
        }

        return await client.RegisterAsync($"r{index}", inputs, dependsOn: [.. dependencies], options: request =>
        {
            for (var i = 0; i < earlier.Length; i++)
            {
                var key = i % 2 == 0 ? $"fixed{i}" : $"uses{i}";
                if (request.PropertyDependencies.TryGetValue(key, out var urns))
                {
                    urns.Urns.Add(dependencies.Single(urn => urn.EndsWith($"::r{i}", StringComparison.Ordinal)));
                }
            }
        });
    }

    private sealed record Resource(int DependsOn, int Size, int Place, bool IsExclusive, string Fails, bool IsDeclared);
}
