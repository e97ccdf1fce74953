using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Brings a pod's status into the API.</summary>
internal sealed class PodPublisher(PodState pod)
{
    // Whoever writes to pods in a loop does not keep the node from its own work.
    private const int MaximumTries = 10;

    /// <summary>Writes the status if it differs from what the API has.</summary>
    /// <param name="finished">No container runs any more, and none will.</param>
    public async Task PublishAsync(bool finished, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaximumTries; tries++)
        {
            var status = PodStatusBuilder.Build(new PodStatusBuilder.Input(
                pod.Pod,
                pod.Containers,
                pod.Node.HostIP,
                pod.Sandbox is not null && pod.ShowsAddress ? pod.Address : null,
                pod.StartTime,
                pod.Sandbox is not null && !finished,
                finished,
                pod.Failure,
                pod.Node.User,
                pod.Now));
            if (status.IsSameAs(pod.Pod.Status))
            {
                return;
            }

            try
            {
                pod.Take(await pod.Node.Client.UpdateStatusAsync(pod.Pod with { Status = status }, cancellationToken));
                return;
            }
            catch (ApiException exception) when (exception.Code == 404)
            {
                pod.Mailbox.Post(() => pod.Removed = true);
                return;
            }
            catch (ApiException exception) when (exception.Code == 409)
            {
                if (!await RefreshAsync(cancellationToken))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Removes the object, whose containers have all ended.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var options = new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Pod.Metadata.Uid } };
            await pod.Node.Client.DeleteAsync<V1Pod>(pod.Pod.Metadata.NamespaceProperty, pod.Pod.Metadata.Name, options, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code is 404 or 409)
        {
            // Deleted by somebody else, or even replaced by another pod of the same name.
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var latest = await pod.Node.Client.GetAsync<V1Pod>(pod.Pod.Metadata.NamespaceProperty, pod.Pod.Metadata.Name, cancellationToken);
            if (latest.Metadata.Uid == pod.Pod.Metadata.Uid)
            {
                pod.Take(latest);
                return true;
            }
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            // As if another pod had taken the name.
        }

        pod.Mailbox.Post(() => pod.Removed = true);
        return false;
    }
}
