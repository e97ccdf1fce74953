using k8s;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>Makes and deletes the pods of objects of one kind, and tells of it in the words that all kinds share.</summary>
/// <param name="component">The controller as its events name it.</param>
internal sealed class PodControl(IApiClient client, EventRecorder events, string component, string apiVersion, string kind)
{
    private readonly V1EventSource _source = new() { Component = component };

    /// <summary>A pod of a template, owned.</summary>
    public V1Pod NewPod(IKubernetesObject<V1ObjectMeta> owner, V1PodTemplateSpec template)
    {
        var copy = template.Copy();
        return new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta
            {
                GenerateName = owner.Metadata.Name + "-",
                NamespaceProperty = owner.Metadata.NamespaceProperty,
                Labels = copy.Metadata?.Labels ?? new Dictionary<string, string>(),
                Annotations = copy.Metadata?.Annotations,
                Finalizers = copy.Metadata?.Finalizers,
                OwnerReferences = [Claims.Reference(owner, apiVersion, kind)],
            },
            Spec = copy.Spec,
        };
    }

    /// <exception cref="ApiException">The pod was refused; the owner's events say so. Or the owner is gone (404).</exception>
    public async Task CreateAsync<T>(T owner, V1Pod pod, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        await Owners.RequireAsync(client, owner, cancellationToken);
        try
        {
            var created = await client.CreateAsync(pod, cancellationToken);
            Record(owner, "Normal", "SuccessfulCreate", $"Created pod: {created.Metadata.Name}");
        }
        catch (ApiException exception) when (exception.Reason != "NamespaceTerminating")
        {
            Record(owner, "Warning", "FailedCreate", $"Error creating: {exception.Message}");
            throw;
        }
    }

    /// <summary>Deletes a pod; one that is gone already, or replaced, is fine.</summary>
    public async Task DeleteAsync(IKubernetesObject<V1ObjectMeta> owner, V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            var options = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } };
            await client.DeleteAsync<V1Pod>(pod.Metadata.NamespaceProperty, pod.Metadata.Name, options, cancellationToken);
            Record(owner, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
        }
        catch (ApiException exception) when (exception.Code is 404 or 409)
        {
            // Somebody else was faster.
        }
        catch (ApiException exception)
        {
            Record(owner, "Warning", "FailedDelete", $"Error deleting: {exception.Message}");
            throw;
        }
    }

    public void Record(IKubernetesObject<V1ObjectMeta> owner, string type, string reason, string message) =>
        events.Record(EventRecorder.Reference(owner, apiVersion, kind), _source, type, reason, message);
}
