using System.Text;

namespace Scalelab.Cluster.Api.Security;

/// <summary>The administrator's way in, for kubectl and every client library.</summary>
internal static class Kubeconfig
{
    /// <summary>Writes the file with mode 0600, authority and token inside.</summary>
    public static void Write(string path, Uri address, Pki pki)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            PrivateFiles.CreateFolder(folder);
        }

        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(pki.Authority.ExportCertificatePem() + "\n"));
        PrivateFiles.Write(
            path,
            $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: scalelab
              cluster:
                server: {address.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {authority}
            users:
            - name: admin
              user:
                token: {pki.AdminToken}
            contexts:
            - name: scalelab
              context:
                cluster: scalelab
                user: admin
            current-context: scalelab

            """);
    }
}
