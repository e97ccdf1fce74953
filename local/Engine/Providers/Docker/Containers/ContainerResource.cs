using Docker.DotNet;
using Docker.DotNet.Models;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>
/// <c>docker:index/container:Container</c>: created from an image that is pulled when the engine lacks it, started, and looked at until it runs;
/// with <c>wait</c>, until it is healthy. What Docker cannot change in place replaces it. A container that was stopped behind the program's
/// back shows as <c>start: false</c> on refresh, and the next update starts it.
/// </summary>
internal sealed class ContainerResource(DockerEngine engine, PropertyMap config, ProviderContext context) : IDockerResource
{
    public const string Type = "docker:index/container:Container";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(20);

    public bool CanRefresh => true;

    public CheckResult Check(CheckRequest request) => ContainerInputs.Check(request);

    public DiffResult Diff(DiffRequest request) => ContainerInputs.Diff(request.OldInputs, request.NewInputs);

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        if (request.Preview)
        {
            return new CreateResult("", request.Inputs);
        }

        var name = request.Inputs.FindText("name")!;
        return await WithinAsync(request.Timeout, $"Creating the container '{name}'", async (client, token) =>
        {
            var image = request.Inputs.FindText("image")!;
            await new ContainerImages(client, config, context).EnsureAsync(image, request.Inputs.FindText("platform"), request.Urn, token);
            var created = await client.Containers.CreateContainerAsync(ContainerSpec.Create(request.Inputs, image), token);
            foreach (var warning in created.Warnings ?? [])
            {
                context.Log(DiagnosticSeverity.Warning, warning, request.Urn);
            }

            await UploadAsync(client, created.ID, request.Inputs, token);
            await StartAsync(client, request.Urn, created.ID, request.Inputs, token);
            return new CreateResult(created.ID, await OutputsAsync(client, created.ID, request.Inputs, token));
        }, cancellationToken);
    }

    public async Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        return await engine.CallAsync(
            $"Looking for the container {request.Id}",
            async client =>
            {
                try
                {
                    var found = await client.Containers.InspectContainerAsync(request.Id, cancellationToken);
                    var inputs = request.Inputs;
                    if (found.State is not { Running: true } && ShouldRun(inputs))
                    {
                        inputs = inputs.With("start", false);
                    }

                    return new ReadResult(found.ID, ContainerOutputs.Of(found, inputs)) { Inputs = inputs };
                }
                catch (DockerContainerNotFoundException)
                {
                    return null;
                }
            },
            cancellationToken);
    }

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        if (request.Preview)
        {
            return request.NewInputs;
        }

        return await WithinAsync(request.Timeout, $"Updating the container '{request.NewInputs.FindText("name")}'", async (client, token) =>
        {
            await client.Containers.UpdateContainerAsync(request.Id, ContainerSpec.Update(request.NewInputs), token);
            await StartAsync(client, request.Urn, request.Id, request.NewInputs, token);
            return await OutputsAsync(client, request.Id, request.NewInputs, token);
        }, cancellationToken);
    }

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        WithinAsync(request.Timeout, $"Deleting the container '{request.Inputs.FindText("name") ?? request.Id}'", async (client, token) =>
        {
            try
            {
                context.Status(request.Urn, "stopping");
                // The image's own time to stop, ten seconds by default, where the program says nothing.
                var grace = request.Inputs.Find("destroyGraceSeconds") is NumberValue { Value: > 0 and var seconds } ? (uint?)seconds : null;
                await client.Containers.StopContainerAsync(request.Id, new ContainerStopParameters { WaitBeforeKillSeconds = grace }, token);
                await client.Containers.RemoveContainerAsync(
                    request.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = ContainerInputs.Flag(request.Inputs, "removeVolumes", fallback: true) }, token);
            }
            catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound || IsBeingRemoved(e))
            {
                // It is gone, or goes by itself, as containers with 'rm' do when they stop.
            }

            return true;
        }, cancellationToken);

    // The name is the program's, or was made up before: either way it was fixed before the container was created.
    public string? FindId(PropertyMap inputs) => inputs.FindText("name");

    private static bool IsBeingRemoved(DockerApiException e) => e.ResponseBody?.Contains("already in progress", StringComparison.Ordinal) == true;

    private static bool ShouldRun(PropertyMap inputs) => ContainerInputs.Flag(inputs, "start", fallback: true) && ContainerInputs.Flag(inputs, "mustRun", fallback: true);

    private async Task UploadAsync(DockerClient client, string id, PropertyMap inputs, CancellationToken cancellationToken)
    {
        try
        {
            await new ContainerUploads(client, context.WorkingDirectory).WriteAsync(id, inputs, cancellationToken);
        }
        catch
        {
            // Without its files it is of no use, and its name would stand in the next one's way.
            await client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
            throw;
        }
    }

    private async Task StartAsync(DockerClient client, Urn urn, string id, PropertyMap inputs, CancellationToken cancellationToken)
    {
        if (!ContainerInputs.Flag(inputs, "start", fallback: true))
        {
            return;
        }

        try
        {
            await client.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellationToken);
            await new ContainerWait(client, context).UntilRunningAsync(urn, id, inputs, cancellationToken);
        }
        catch (Exception e) when (e is ProviderException or DockerApiException)
        {
            // It is there, and the next update goes on with it.
            throw new PartialFailureException(id, await OutputsAsync(client, id, inputs, cancellationToken), [e is DockerApiException refused ? DockerErrors.Describe(refused) : e.Message]);
        }
    }

    private static async Task<PropertyMap> OutputsAsync(DockerClient client, string id, PropertyMap inputs, CancellationToken cancellationToken)
    {
        try
        {
            return ContainerOutputs.Of(await client.Containers.InspectContainerAsync(id, cancellationToken), inputs);
        }
        catch (DockerContainerNotFoundException)
        {
            // It ran to its end and was removed, as 'rm' asks.
            return inputs;
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan? timeout, string doing, Func<DockerClient, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var limit = timeout ?? DefaultTimeout;
        using var timer = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await engine.CallAsync(doing, client => work(client, either.Token), either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"{doing} took longer than {limit}. Give it longer with customTimeouts, or look at 'docker ps' and 'docker logs'.", e);
        }
    }
}
